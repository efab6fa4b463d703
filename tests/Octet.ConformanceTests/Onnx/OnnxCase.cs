using Octet.Onnx;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>One test of the ONNX operator suite: a model, inputs, and the outputs that it must give. <c>shared/conformance/README.md</c>
/// describes the files.</summary>
/// <param name="Name">For instance <c>test_add_bcast</c>; unique in all suites.</param>
/// <param name="Folder">Where the model and its data lie.</param>
/// <param name="Operators">The types of its nodes.</param>
/// <param name="ElementTypes">The element types of its tensors, as ONNX spells them: <c>FLOAT</c>.</param>
sealed record OnnxCase(string Name, string Folder, IReadOnlyList<string> Operators, IReadOnlyList<string> ElementTypes)
{
    /// <summary>All tests, by <c>index.tsv</c>; empty where the shared folder is absent.</summary>
    public static IReadOnlyList<OnnxCase> All { get; } = ReadIndex();

    public string ModelPath => Path.Combine(Folder, "model.onnx");

    /// <summary>Inputs and expected outputs, in the order of the model's.</summary>
    public (IReadOnlyList<Tensor> Inputs, IReadOnlyList<Tensor> Outputs) ReadData() => (ReadTensors("input"), ReadTensors("output"));

    Tensor[] ReadTensors(string kind) =>
    [
        .. Enumerable.Range(0, int.MaxValue)
            .Select(index => Path.Combine(Folder, "test_data_set_0", $"{kind}_{index}.pb"))
            .TakeWhile(File.Exists)
            .Select(path => OnnxTensorFile.Read(path)),
    ];

    static OnnxCase[] ReadIndex()
    {
        var index = SharedFolder.PathOf("conformance", "index.tsv");
        if (!File.Exists(index)) return [];

        var lines = File.ReadAllLines(index);
        var columns = lines[0].Split('\t').Index().ToDictionary(column => column.Item, column => column.Index);
        return
        [
            .. from line in lines[1..]
               let cells = line.Split('\t')
               let name = cells[columns["test"]]
               select new OnnxCase(name, SharedFolder.PathOf("conformance", "onnx", cells[columns["suite"]], name),
                   cells[columns["ops"]].Split(','), cells[columns["types"]].Split(',')),
        ];
    }
}
