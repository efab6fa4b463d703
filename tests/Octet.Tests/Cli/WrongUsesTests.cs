using System.Text;
using System.Text.RegularExpressions;
using Octet.Data.Arrays;
using Octet.Tensors;

namespace Octet.Tests.Cli;

/// <summary>What people do wrong, or would better not do, and what they are told: message and exit code of each, as one text.</summary>
/// <remarks>Numbers with decimals are left out, since their last digits differ between processors.</remarks>
public sealed partial class WrongUsesTests : IDisposable
{
    const string Golden = "tests/Octet.Tests/Golden/wrong-uses.txt";

    readonly TemporaryFolder _folder = new();
    readonly StringBuilder _text = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_wrong_use_is_answered_as_it_was_agreed()
    {
        MakeFiles();
        const string Data = "--data PICTURES --samples 8", Right = "--preprocess imagenet --resize 64x64", Out = "-o OUT/int8.onnx",
            Labelled = "--validate VALIDATION --labels VALIDATION/labels.txt";

        Try("nothing says how pictures become inputs", $"quantize MODEL {Data} {Out}");
        Try("mean and scale forgotten", $"quantize MODEL {Data} --preprocess raw {Out}");
        Try("mean and deviation for pixels of 0..1", $"quantize MODEL {Data} --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225 {Out}");
        Try("mean and scale for pixels of 0..1", $"quantize MODEL {Data} --mean 0.485,0.456,0.406 --scale 4.367,4.464,4.444 {Out}");
        Try("scaled twice", $"quantize MODEL {Data} --scale 1/65025 {Out}");
        Try("deviation and scale", $"quantize MODEL {Data} --std 58.4 --scale 1/255 {Out}");
        Try("a fraction that is none", $"quantize MODEL {Data} --scale 1/x {Out}");
        Try("another size than the model's", $"quantize MODEL {Data} --resize 32x32 {Out}");
        Try("one channel for a model that takes three", $"quantize MODEL {Data} --pixel-format gray {Out}");
        Try("a letterbox without a size", $"quantize MODEL {Data} --letterbox center {Out}");
        Try("arrays in the wrong layout", $"quantize MODEL --data FILES/hwc.npy {Out}");
        Try("a preset that does not exist", $"quantize MODEL {Data} --preprocess imagnet {Out}");
        Try("an empty folder", $"quantize MODEL --data EMPTY {Right} {Out}");
        Try("a folder without pictures", $"quantize MODEL --data TEXTS {Right} {Out}");
        Try("a folder that is not there", $"quantize MODEL --data nowhere {Right} {Out}");
        Try("neither data nor a table", $"quantize MODEL {Out}");
        Try("labels of another set", $"quantize MODEL {Data} {Right} --validate VALIDATION --labels FILES/other-set.txt {Out}");
        Try("labels in another order", $"quantize MODEL {Data} {Right} --validate VALIDATION --labels FILES/shifted.txt {Out}");
        Try("a class that the model has not", $"quantize MODEL {Data} {Right} --validate VALIDATION --labels FILES/class99.txt {Out}");
        Try("no labels", $"quantize MODEL {Data} {Right} --validate VALIDATION {Out}");
        Try("masks for a classifier", $"evaluate MODEL --data PICTURES --samples 4 {Right} --labels PICTURES");
        Try("masks as classes", $"evaluate MODEL --data PICTURES --samples 4 {Right} --labels PICTURES --metric top1");
        Try("output = input", $"quantize MODEL {Data} {Right} -o MODEL");
        Try("an output folder that is not there", $"quantize MODEL {Data} {Right} -o OUT/nowhere/int8.onnx");
        Try("a report over the model", $"quantize MODEL {Data} {Right} {Out} --report MODEL");
        Try("an unknown recipe", $"quantize MODEL {Data} {Right} --recipe bets {Out}");
        Try("a recipe file with an unknown key", $"quantize MODEL {Data} {Right} --recipe FILES/recipe.yaml {Out}");
        Try("an unknown node in --exclude", $"quantize MODEL {Data} {Right} --recipe fast --exclude head.classifier {Out}");
        Try("16-bit values beside TI's 8-bit weights", $"quantize MODEL {Data} {Right} --recipe ti-simple --activations int16 {Out}");
        Try("a zero point for TI", $"quantize MODEL {Data} {Right} --recipe ti-simple --activations uint8 {Out}");
        Try("a method for TI", $"quantize MODEL {Data} {Right} --recipe ti-simple --method kl --exclude Softmax {Out}");
        Try("a search among one method", $"quantize MODEL {Data} {Right} --search sqnr --method minmax {Out}");
        Try("a model that is not there", $"quantize nowhere.onnx {Data} {Out}");
        Try("a picture as model", $"inspect PICTURES/000.png");
        Try("a table of another model", $"quantize MODEL --table FILES/other.table {Right} {Out}");
        Try("a tolerance of one number", $"quantize MODEL {Data} {Right} --recipe fast --tolerance 0.9 {Out}");
        Try("a tolerance that is missed", $"quantize MODEL {Data} {Right} --recipe fast --tolerance 0.999999,0.999999 {Out}");
        Try("a misspelt option", $"quantize MODEL --dta PICTURES {Out}");
        Try("no threads", $"quantize MODEL {Data} --threads 0 {Out}");
        Try("a drawing of a classifier's answer", $"run MODEL --input PICTURES/000.png {Right} --draw OUT/draw.png -o OUT/o.npz");
        Try("training in floats without labels", $"train MODEL --float --data PICTURES {Out}");
        Try("a good use, for comparison", $"quantize MODEL {Data} {Right} --recipe fast {Labelled} {Out}");
        Try("an integer model once more", $"quantize OUT/int8.onnx {Data} {Right} --recipe fast {Out}2");

        GoldenText.Check(Golden, _text.ToString());
    }

    void MakeFiles()
    {
        Directory.CreateDirectory(_folder.PathOf("EMPTY"));
        Directory.CreateDirectory(_folder.PathOf("OUT"));
        _folder.Write("TEXTS/readme.txt", "no picture");
        var labels = File.ReadAllLines(Signs.Labels).Where(line => line.Length > 0).Select(line => line.Split(' ')).ToArray();
        Write("other-set.txt", labels.Select(label => $"val_{label[0]} {label[1]}"));
        Write("shifted.txt", labels.Select(label => $"{label[0]} {(int.Parse(label[1], null) + 5) % 12}"));
        Write("class99.txt", labels.Select(label => $"{label[0]} 99"));
        Write("recipe.yaml", ["name: mine", "based-on: fast", "activatons: int8"]);
        Write("other.table", ["# op_name    threshold    min    max", "conv_of_another_model 1.0 -1.0 1.0"]);
        NpyFile.Write(_folder.PathOf("FILES/hwc.npy"), new Tensor(DataType.Float32, [4, 64, 64, 3]));

        void Write(string name, IEnumerable<string> lines) =>
            _folder.Write($"FILES/{name}", string.Concat(lines.Select(line => line + "\n")));
    }

    void Try(string title, string command)
    {
        var run = CliRun.Of([.. command.Split(' ').Select(Place), "--quiet"]);
        _text.Append($"# {title}\n$ octet {command}\n{Shorten(run.Error)}{Shorten(run.Output)}exit code {run.ExitCode}\n\n");
    }

    /// <summary>Words in capitals stand for places.</summary>
    string Place(string word) => Places.Aggregate(word, (text, place) =>
        text == place.Word || text.StartsWith(place.Word + "/", StringComparison.Ordinal) ? place.Path + text[place.Word.Length..] : text);

    string Shorten(string text) => Decimals.Replace(
        Places.Aggregate(text.ReplaceLineEndings("\n"), (shortened, place) =>
            shortened.Replace(place.Path, place.Word, StringComparison.Ordinal)), "#");

    (string Word, string Path)[] Places =>
    [
        ("MODEL", Signs.Model), ("PICTURES", Signs.Calibration), ("VALIDATION", Signs.Validation),
        .. new[] { "EMPTY", "TEXTS", "FILES", "OUT" }.Select(word => (word, _folder.PathOf(word))),
    ];

    [GeneratedRegex(@"-?\d+\.\d+(E[+-]?\d+)?|-?\d(\.\d+)?E[+-]?\d+")]
    private static partial Regex Decimals { get; }
}
