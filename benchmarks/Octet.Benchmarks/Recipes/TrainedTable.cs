using System.Diagnostics;
using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Pipeline.RecipeFiles;
using Octet.Planning;
using Octet.Running;
using Octet.Training;

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
            Console.WriteLine("| recipe | top-1 | agrees with the float model | distance from it | seconds |\n|---|---|---|---|---|");
            var distance = new HeldOutLoss(new(picked), TeacherTerms.Of(model.Graph), model.Graph, new(), CancellationToken.None);
            Line("float", floats, 0, 0);
            foreach (var name in recipes)
            {
                var watch = Stopwatch.StartNew();
                var prepared = Quantizer.Load(labelled.File, labelled.Preprocessing);
                var result = Quantizer.Quantize(prepared, Quantizer.OpenSamples(prepared, labelled.Calibration),
                    new() { Recipe = Logged(RecipeFile.FindOrRead(name)) });
                var seconds = watch.Elapsed.TotalSeconds;
                var file = Path.Combine(Path.GetTempPath(), $"octet-trained-{Environment.ProcessId}.onnx");
                result.Save(file);
                var exported = OnnxReader.Read(file).Graph;
                Line(name, Classification.Predict(new Session(exported), picked), -distance.Judge(exported), seconds);
                File.Delete(file);
            }
            return 0;

            void Line(string name, IReadOnlyList<int?> predicted, double distance, double seconds) =>
                Console.WriteLine($"| {name} | {Share(predicted.Select((guess, index) => guess == classes[index])):F2} "
                    + $"| {Share(predicted.Zip(floats, (guess, other) => guess == other)):F2} | {distance:F4} | {seconds:F0} |");
        }
        catch (OctetException problem)
        {
            Console.Error.WriteLine(problem.Message);
            return 1;
        }
    }

    /// <summary>What each epoch gives goes to standard error.</summary>
    static Recipe Logged(Recipe recipe) => recipe with
    {
        Steps = [.. recipe.Steps.Select(
            step => step is TrainingStep train ? train with { Options = train.Options with { Log = Tell } } : step)],
    };

    static void Tell(TrainingEpoch epoch) =>
        Console.Error.WriteLine($"epoch {epoch.Epoch}, step {epoch.Steps}: loss {epoch.Loss:F4}, held "
            + $"out {epoch.Validation:F4}, {epoch.Seconds:F0} s");

    static double Share(IEnumerable<bool> right) => 100.0 * right.Count(isRight => isRight) / right.Count();
}
