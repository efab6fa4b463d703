using Octet.Benchmarks.Torch;

TorchLibrary.Prepare();
switch (args)
{
    case ["compare", "training", .. var rest]:
        GradientComparison.Print();
        TrainingComparison.Print(turns: rest is ["--quick"] ? 3 : 10);
        break;
    case ["gradients"]: GradientComparison.Print(); break;
    default:
        Console.Error.WriteLine("Octet.Benchmarks.Torch compare training [--quick] | gradients");
        return 2;
}
return 0;
