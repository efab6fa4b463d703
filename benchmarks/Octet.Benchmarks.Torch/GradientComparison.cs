using System.Globalization;
using Octet.Training;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Benchmarks.Torch;

/// <summary>Gradients of whole networks: the distance of each parameter's gradient from TorchSharp's, relative to its length; the greatest
/// and the median.</summary>
/// <remarks>A value within the last bits of zero may pass a ReLU in one engine and not in the other, and so may the greatest of a pooling
/// window be another: that changes gradients by a thousandth from there on to the input.</remarks>
static class GradientComparison
{
    const int Batch = 2;
    const int Size = 224;

    public static void Print()
    {
        foreach (var (name, file) in TrainingComparison.Networks())
        {
            var network = TrainedNetwork.Read(file, isQuantized: false);
            var (pictures, classes) = TrainingComparison.Data(Batch, Size);
            using var torch = new TorchStep(network, pictures, classes, [Batch, 3, Size, Size], threads: 1, isExact: true);
            using var octet = new OctetStep(network, pictures, classes, [Batch, 3, Size, Size], threads: 1, QuantizerTraining.Fixed);
            var losses = (torch.Run(), octet.Run());
            var gradients = octet.Parameters.Select(parameter => (parameter.Name, Distance: Distance(parameter,
                torch.Network.Parameters[parameter.Name].grad!.contiguous().data<float>().ToArray()))).OrderBy(entry => entry.Distance)
                .ToArray();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name}: {gradients.Length} gradients, losses {losses.Item1:r} and {losses.Item2:r}, relative distance: median "
                + $"{gradients[gradients.Length / 2].Distance:e2}, greatest {gradients[^1].Distance:e2} at {gradients[^1].Name}"));
        }
    }

    static double Distance(TrainingParameter parameter, float[] wanted) =>
        TensorPrimitives.Distance<float>(parameter.Gradient.Floats, wanted) / Math.Max(1e-12, TensorPrimitives.Norm<float>(wanted));
}
