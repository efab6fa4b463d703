using System.Diagnostics;
using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Pipeline.RecipeFiles;
using Octet.Running;

namespace Octet.Benchmarks.Recipes;

/// <summary>
/// <c>Octet.Benchmarks trained network samples recipe...</c>: what recipes give a classifier with all of its calibration pictures and no
/// labels. Each exported file is read back and judged on the validation pictures: by labels, and by how often it says what the float model
/// says.
/// </summary>
static class TrainedTable
{
    /// <param name="network">A name of <see cref="LabelledModel.All"/>.</param>
    /// <param name="judged">How many validation pictures to judge on, evenly spread.</param>
    /// <param name="recipes">Names or files.</param>
    public static int Print(string network, int judged, string[] recipes)
    {
        try
        {
            var labelled = LabelledModel.All.First(model => model.Name == network);
            var model = Quantizer.Load(labelled.File, labelled.Preprocessing);
            var validation = Quantizer.OpenSamples(model, labelled.Validation);
            var places = Enumerable.Range(0, Math.Min(judged, validation.Count))
                .Select(index => (int)((long)index * validation.Count / Math.Min(judged, validation.Count))).ToArray();
            var labels = LabelFile.Read(labelled.Labels!).Of(validation);
            var picked = new PickedSamples(validation, places);
            var classes = places.Select(place => labels[place]).ToArray();
            var floats = Classification.Predict(new Session(model.Graph), picked);
            Console.WriteLine("| recipe | top-1 | agrees with the float model | seconds |\n|---|---|---|---|");
            Line("float", floats, 0);
            foreach (var name in recipes)
            {
                var watch = Stopwatch.StartNew();
                var prepared = Quantizer.Load(labelled.File, labelled.Preprocessing);
                var result = Quantizer.Quantize(prepared, Quantizer.OpenSamples(prepared, labelled.Calibration),
                    new() { Recipe = RecipeFile.NamedOrRead(name) });
                var seconds = watch.Elapsed.TotalSeconds;
                var file = Path.Combine(Path.GetTempPath(), $"octet-trained-{Environment.ProcessId}.onnx");
                result.Save(file);
                Line(name, Classification.Predict(new Session(OnnxReader.Read(file).Graph), picked), seconds);
                File.Delete(file);
            }
            return 0;

            void Line(string name, IReadOnlyList<int?> predicted, double seconds) =>
                Console.WriteLine($"| {name} | {Share(predicted.Select((guess, index) => guess == classes[index])):F2} "
                    + $"| {Share(predicted.Zip(floats, (guess, other) => guess == other)):F2} | {seconds:F0} |");
        }
        catch (OctetException problem)
        {
            Console.Error.WriteLine(problem.Message);
            return 1;
        }
    }

    static double Share(IEnumerable<bool> right) => 100.0 * right.Count(isRight => isRight) / right.Count();
}
