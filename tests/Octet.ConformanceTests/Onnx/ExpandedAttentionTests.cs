using Octet.Graphs;
using Octet.Onnx;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>
/// The suite has Attention and RotaryEmbedding only as the graphs of simpler operators that they stand for. Here the operators themselves
/// take the inputs of those tests and must give their outputs; the attributes follow from what the tests are called.
/// </summary>
public sealed class ExpandedAttentionTests
{
    static readonly OnnxCase[] Cases =
    [
        .. OnnxCase.All.Where(test => test.Name.EndsWith("_expanded", StringComparison.Ordinal)
            && (test.Name.StartsWith("test_attention_", StringComparison.Ordinal)
                || test.Name.StartsWith("test_rotary_embedding", StringComparison.Ordinal))),
    ];

    static readonly string[] AttentionInputs = ["Q", "K", "V", "attn_mask", "past_key", "past_value", "nonpad_kv_seqlen"];

    static readonly string[] AttentionOutputs = ["Y", "present_key", "present_value", "qk_matmul_output"];

    [Fact]
    public void The_operator_gives_what_its_graph_gives()
    {
        SharedFolder.Require("conformance", "index.tsv");

        Cases.Length.ShouldBeGreaterThan(50);
        Cases.Select(test => Difference(test) is { } difference ? $"{test.Name}: {difference}" : null).OfType<string>().ShouldBeEmpty();
    }

    static string? Difference(OnnxCase test)
    {
        var expanded = OnnxReader.Read(test.ModelPath).Graph;
        var (inputs, expected) = test.ReadData();
        var isAttention = test.Name.StartsWith("test_attention_", StringComparison.Ordinal);
        var graph = new Graph { Opsets = { [""] = 24 } };
        var values = expanded.Inputs.Zip(inputs)
            .ToDictionary(pair => pair.First.Name,
                pair => graph.AddInput(pair.First.Name, pair.Second.Type, SymbolicShape.From(pair.Second.Shape)));
        var outputs = expanded.Outputs.ToDictionary(output => output.Name, output => graph.NewValue(output.Name));
        var attributes = isAttention ? AttentionAttributes(test.Name) : RotaryAttributes(test.Name, inputs[0]);
        graph.Add(
            OperatorTable.Create("", isAttention ? "Attention" : "RotaryEmbedding", 24, attributes),
            isAttention ? AttentionInputs.Select(name => values.GetValueOrDefault(name)) : values.Values,
            isAttention ? AttentionOutputs.Select(name => outputs.GetValueOrDefault(name)) : outputs.Values, attributes);
        foreach (var output in expanded.Outputs) graph.AddOutput(outputs[output.Name]);

        var results = new Session(graph).Run(values.Keys.Zip(inputs).ToDictionary());
        // The graphs of float16 compute in float16, the operator in float32.
        var relative = inputs[0].Type == DataType.Float16 ? 3e-3 : 1e-3;
        return expanded.Outputs.Zip(expected,
            (output, tensor) => TensorComparison.Difference(tensor, results[output.Name], relative, relative * 1e-3))
            .FirstOrDefault(difference => difference is not null);
    }

    static Attributes AttentionAttributes(string name)
    {
        var attributes = new Attributes();
        if (name.Contains("_3d", StringComparison.Ordinal) && !name.Contains("_4d", StringComparison.Ordinal))
        {
            (attributes["q_num_heads"], attributes["kv_num_heads"]) = name.Contains("gqa", StringComparison.Ordinal) ? (9L, 3L) : (3L, 3L);
        }
        if (name.Contains("causal", StringComparison.Ordinal)) attributes["is_causal"] = 1L;
        if (name.Contains("scaled", StringComparison.Ordinal)) attributes["scale"] = 0.01f;
        if (name.Contains("softcap", StringComparison.Ordinal))
            attributes["softcap"] = name.Contains("_3d", StringComparison.Ordinal) && !name.Contains("qk_matmul", StringComparison.Ordinal)
                ? 3f : 2f;
        attributes["qk_matmul_output_mode"] = name switch
        {
            _ when name.Contains("qk_matmul_softcap", StringComparison.Ordinal) => 1L,
            _ when name.Contains("qk_matmul_bias", StringComparison.Ordinal) => 2L,
            _ when name.Contains("mode3", StringComparison.Ordinal) || name.Contains("qk_matmul_softmax", StringComparison.Ordinal) => 3L,
            _ => 0L,
        };
        return attributes;
    }

    static Attributes RotaryAttributes(string name, Tensor x)
    {
        var attributes = new Attributes { ["interleaved"] = name.Contains("interleaved", StringComparison.Ordinal) ? 1L : 0L };
        if (name.Contains("rotary_dim", StringComparison.Ordinal)) attributes["rotary_embedding_dim"] = 4L;
        if (x.Shape.Rank == 3) attributes["num_heads"] = 4L;
        return attributes;
    }
}
