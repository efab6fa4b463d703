using BenchmarkDotNet.Running;
using Octet.Benchmarks;
using Octet.Benchmarks.Comparison;
using Octet.Benchmarks.Recipes;

switch (args)
{
    case ["compare", .. var options]: return await CompareCommand.RunAsync(options);
    case ["calibration-peak", var samples]: CalibrationCost.PrintPeak(int.Parse(samples)); break;
    case ["recipes", .. var options]: return RecipeTable.Print(options);
    case ["nibbles", .. var options]: NibbleSpeed.Print(options); break;
    case ["networks", .. var names]: return PublishedNetworks.Print(names);
    case ["sentences", .. var recipes]: return SentenceTable.Print(recipes);
    case ["trained", var network, var judged, .. var recipes]: return TrainedTable.Print(network, int.Parse(judged), recipes);
    case ["layers", .. var options]: LayerSpeed.Print(options); break;
    case ["models", var seconds, .. var models]: ModelSpeed.Print(double.Parse(seconds), models); break;
    case ["training", var seconds, var model, var batch, var threads, .. var rest]:
        TrainingSpeed.Print(double.Parse(seconds), model, int.Parse(batch), int.Parse(threads), rest is ["quantized"]); break;
    case ["steps", var seconds, var model]: StepSpeed.Print(double.Parse(seconds), model); break;
    default: BenchmarkSwitcher.FromAssembly(typeof(LayerSpeed).Assembly).Run(args); break;
}
return 0;
