using Google.Protobuf;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Onnx.Schema;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;
using Octet.Tests.Onnx;

namespace Octet.Tests.Running;

/// <summary>
/// Small models of the operator suite with something in them changed, read and run: whatever they say, outputs or an
/// <see cref="OctetException"/>
/// come out, soon and in little memory.
/// </summary>
public sealed class DamagedModelTests
{
    const int MaxModelBytes = 4000;

    /// <summary>Of a machine that does much else; what a run computes is bounded far below.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    static readonly SessionOptions Limits = new() { MaxBytes = 64 << 20, MaxBodyRuns = 1000 };

    static readonly long[] Numbers =
        [0, 1, 2, -1, -2, 3, 7, 64, 1000, 100_000, int.MaxValue, int.MinValue, 1L << 31, 1L << 32, long.MaxValue, long.MinValue];

    static readonly float[] Reals = [0, 1, -1, 0.5f, 1e-30f, 1e30f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 3e9f];

    static readonly string[] Words =
        ["", "linear", "nearest", "SAME_UPPER", "VALID", "constant", "mean", "none", "ij,jk->ik", "...", "tanh", "reflect", "cubic", "?"];

    static readonly Lazy<byte[][]> Models = new(() =>
    [
        .. Directory.EnumerateDirectories(SharedFolder.Require("conformance", "onnx", "node")).Order(StringComparer.Ordinal)
            .Select(folder => Path.Combine(folder, "model.onnx"))
            .Where(path => File.Exists(path) && new FileInfo(path).Length <= MaxModelBytes).Select(File.ReadAllBytes),
    ]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [Trait("Duration", "long")]
    public void Changed_models_of_the_suite_run_or_are_refused(int seed)
    {
        _ = SharedFolder.Require("conformance", "onnx", "node");

        var failures = Enumerable.Range(seed * 1_000_000, 1000).Select(Failure).OfType<string>().ToArray();

        failures.ShouldBeEmpty();
    }

    /// <summary>Null if nothing bad came of it.</summary>
    static string? Failure(int seed)
    {
        var random = new Random(seed);
        var model = ModelProto.Parser.ParseFrom(Pick(random, Models.Value));
        var what = string.Join(", ", model.Graph.Node.Select(node => node.OpType).Distinct().Take(5));
        for (var changes = random.Next(1, 4); changes > 0; changes--) what += "; " + Change(model, random);
        try
        {
            var run = Task.Factory.StartNew(() => Measure(model.ToByteArray(), random), CancellationToken.None,
                TaskCreationOptions.LongRunning, TaskScheduler.Default);
            if (!run.Wait(Patience, TestContext.Current.CancellationToken)) return $"Seed {seed} ({what}): does not end";
            return run.Result is { Seconds: < 5, Bytes: < 1 << 30 } ? null : $"Seed {seed} ({what}): takes {run.Result}";
        }
        catch (AggregateException failure)
        {
            return $"Seed {seed} ({what}): {failure.InnerException}";
        }
    }

    static (double Seconds, long Bytes) Measure(byte[] bytes, Random random)
    {
        var (allocated, start) = (GC.GetAllocatedBytesForCurrentThread(), ThreadClock.Now);
        try
        {
            var graph = OnnxReader.Read(bytes, "damaged.onnx").Graph;
            ShapeInference.Annotate(graph);
            if (InputsOf(graph, random) is { } inputs) new Session(graph, Limits).Run(inputs);
        }
        catch (OctetException refusal)
        {
            refusal.Message.ShouldNotBeEmpty();
        }
        return ((ThreadClock.Now - start).TotalSeconds, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    /// <summary>Something in each input, mostly small numbers; null where an input would be large.</summary>
    static Dictionary<string, Tensor>? InputsOf(Graph graph, Random random)
    {
        var inputs = new Dictionary<string, Tensor>();
        foreach (var input in graph.Inputs)
        {
            if (input.Type == DataType.Undefined) return null;
            var shape = (input.Shape ?? new(2)).Fill((_, _) => random.Next(1, 4));
            if (shape.Length > 100_000) return null;
            var tensor = new Tensor(input.Type, shape);
            for (var i = 0; i < tensor.Length; i++)
            {
                switch (input.Type)
                {
                    case DataType.Float32:
                        tensor.Floats[i] = random.Next(10) == 0 ? Pick(random, Reals) : random.NextSingle() - 0.5f; break;
                    case DataType.Int64: tensor.Longs[i] = random.Next(10) == 0 ? Pick(random, Numbers) : random.Next(-2, 5); break;
                    case DataType.Int32:
                        tensor.AsSpan<int>()[i] = random.Next(10) == 0 ? (int)Pick(random, Numbers) : random.Next(-2, 5); break;
                    case DataType.Bool: tensor.AsSpan<bool>()[i] = random.Next(2) == 0; break;
                    case DataType.String: tensor.Strings[i] = Pick(random, Words); break;
                    default: random.NextBytes(tensor.Bytes.Slice(i * input.Type.Size, Math.Min(input.Type.Size, 1))); break;
                }
            }
            inputs[input.Name] = tensor;
        }
        return inputs;
    }

    /// <summary>Changes one thing, and says what.</summary>
    static string Change(ModelProto model, Random random)
    {
        var node = Pick(random, model.Graph.Node);
        switch (random.Next(9))
        {
            case 0 or 1 or 2 when node.Attribute.Count > 0:
                return ChangeAttribute(Pick(random, node.Attribute), random);
            case 3 when node.Input.Count > 0:
                var (place, source) =
                    (random.Next(node.Input.Count), random.Next(4) == 0
                        ? "" : Pick(random, model.Graph.Input.Select(input => input.Name).Append("").ToArray()));
                node.Input[place] = source;
                return $"input {place} of {node.OpType} is '{source}'";
            case 4 when node.Input.Count > 0 && random.Next(3) == 0:
                node.Input.RemoveAt(node.Input.Count - 1);
                return $"{node.OpType} lacks an input";
            case 5 when random.Next(2) == 0:
                node.OpType =
                    Pick(random, OperatorTable.Rows.Where(row => row.Domain.Length == 0).Select(row => row.OpType).Distinct()
                        .Order(StringComparer.Ordinal).ToArray());
                return $"a node is {node.OpType}";
            case 6 when model.Graph.Input.Count > 0:
                return ChangeType(Pick(random, model.Graph.Input), random);
            case 7 when model.Graph.Initializer.Count > 0:
                return ChangeTensor(Pick(random, model.Graph.Initializer), random);
            default:
                model.OpsetImport[0].Version = random.Next(1, 25);
                return $"opset {model.OpsetImport[0].Version}";
        }
    }

    static string ChangeAttribute(AttributeProto attribute, Random random)
    {
        if (attribute.T is not null) return ChangeTensor(attribute.T, random);
        if (attribute.Ints.Count > 0)
        {
            if (random.Next(4) == 0) attribute.Ints.Add(Pick(random, Numbers));
            else attribute.Ints[random.Next(attribute.Ints.Count)] = Pick(random, Numbers);
            return $"{attribute.Name} is [{string.Join(", ", attribute.Ints)}]";
        }
        attribute.I = Pick(random, Numbers);
        attribute.F = Pick(random, Reals);
        attribute.S = ByteString.CopyFromUtf8(Pick(random, Words));
        return $"{attribute.Name} is {attribute.I} or {attribute.F} or '{attribute.S.ToStringUtf8()}'";
    }

    static string ChangeTensor(TensorProto tensor, Random random)
    {
        if (tensor.DataType == (int)DataType.Int64 && random.Next(4) != 0)
        {
            var numbers = new long[random.Next(1, 5)];
            foreach (ref var number in numbers.AsSpan()) number = Pick(random, Numbers);
            tensor.RawData = ByteString.Empty;
            tensor.Int64Data.Clear();
            tensor.Int64Data.Add(numbers);
            tensor.Dims.Clear();
            tensor.Dims.Add(numbers.Length);
            return $"a tensor is [{string.Join(", ", numbers)}]";
        }
        if (tensor.Dims.Count > 0) tensor.Dims[random.Next(tensor.Dims.Count)] = Pick(random, Numbers);
        return $"a tensor is {tensor.DataType} [{string.Join(", ", tensor.Dims)}]";
    }

    static string ChangeType(ValueInfoProto input, Random random)
    {
        if (input.Type?.TensorType is not { } type) return "nothing";
        if (random.Next(2) == 0 || type.Shape is null || type.Shape.Dim.Count == 0) type.ElemType = random.Next(1, 27);
        else if (random.Next(3) == 0) type.Shape.Dim.RemoveAt(random.Next(type.Shape.Dim.Count));
        else type.Shape.Dim[random.Next(type.Shape.Dim.Count)].DimValue = random.Next(0, 6);
        return $"{input.Name} is {type.ElemType} [{string.Join(", ", type.Shape?.Dim.Select(dimension => dimension.DimValue) ?? [])}]";
    }

    static T Pick<T>(Random random, IReadOnlyList<T> list) => list[random.Next(list.Count)];
}
