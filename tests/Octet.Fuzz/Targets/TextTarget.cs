using System.Text;
using Octet.Calibration;
using Octet.Data;
using Octet.Evaluation.Boxes;
using Octet.Fuzz.Mutation;
using Octet.Fuzz.Seeds;
using Octet.Pipeline.RecipeFiles;

namespace Octet.Fuzz.Targets;

/// <summary>A kind of file that people or tools write as text.</summary>
sealed class TextTarget(string name, string ending, IReadOnlyList<string> seeds, Action<string> read) : FileTarget
{
    public static TextTarget Table { get; } = new("table", ".table", TextSeeds.Tables, path => CalibrationTable.Load(path));

    public static TextTarget Recipe { get; } = new("recipe", ".yaml", TextSeeds.Recipes, path => RecipeFile.Write(RecipeFile.Read(path)));

    public static TextTarget Labels { get; } =
        new("labels", ".labels", ["# classes\na.png 1\nb/c.png, 2\n./d.png\t3\n", "name,class\na.png,0\nb/c.png,1\nd.png,7\n"],
            path => LabelFile.Read(path).Of(new NamedPictures()));

    public static TextTarget Coco { get; } =
        new("coco", ".coco", TextSeeds.Coco, path => BoxLabels.Read(path, new NamedPictures()).Of(0, new(4, 5)));

    public static TextTarget SampleList { get; } =
        new("list", ".txt", ["a.npy\nb.npy 3\n", "x=a.npy y=b.npy\nx=c.npy, y=d.npy\n", "x:a.npy;y:b.npy\n"], ReadList);

    public static TextTarget Preprocessing { get; } =
        new("preprocessing", ".preprocessing", TextSeeds.Preprocessing, path => StoredPreprocessing.FromJson(File.ReadAllText(path)));

    public override string Name => name;

    public override string Ending => ending;

    public override byte[] Seed(Random random) => Encoding.UTF8.GetBytes(random.Pick(seeds));

    public override byte[] Mutate(byte[] seed, Random random) => TextMutator.Mutate(Encoding.UTF8.GetString(seed), random);

    protected override void Read(string path, Random random) => read(path);

    static void ReadList(string path)
    {
        var samples = SampleSource.Open(path, [new("x", Tensors.DataType.Float32, null), new("y", Tensors.DataType.Float32, null)]);
        if (samples.Count > 0) samples.Load(0);
    }

    /// <summary>Pictures that are asked for their names alone.</summary>
    sealed class NamedPictures : ISampleSource
    {
        static readonly string[] Names = ["a.png", "b/c.png", "d.png"];

        public int Count => Names.Length;

        public string NameOf(int index) => Names[index];

        public Sample Load(int index) => throw new NotSupportedException("Nobody looks at these pictures.");
    }
}
