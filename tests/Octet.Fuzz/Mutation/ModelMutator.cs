using Google.Protobuf;
using Octet.Onnx.Schema;
using Octet.Operators;

namespace Octet.Fuzz.Mutation;

/// <summary>Changes of a model that leave it a model: nodes, attributes, inputs, outputs, dimensions and constants are dropped, swapped,
/// doubled and retyped.</summary>
static class ModelMutator
{
    static readonly string[] OpTypes =
        [.. OperatorTable.Rows.Where(row => row.Domain.Length == 0).Select(row => row.OpType).Distinct().Order(StringComparer.Ordinal)];

    public static byte[] Mutate(byte[] original, Random random)
    {
        if (random.Next(8) == 0) return ByteMutator.Mutate(original, random);
        var model = ModelProto.Parser.ParseFrom(original);
        do Change(model, GraphOf(model, random), random);
        while (random.Next(3) == 0);
        return model.ToByteArray();
    }

    /// <summary>The model's graph, or one inside a node.</summary>
    static GraphProto GraphOf(ModelProto model, Random random)
    {
        var graph = model.Graph;
        var inner = graph.Node.SelectMany(node => node.Attribute).Where(attribute => attribute.G is not null)
            .Select(attribute => attribute.G).ToArray();
        return inner.Length > 0 && random.Next(2) == 0 ? random.Pick(inner) : graph;
    }

    static void Change(ModelProto model, GraphProto graph, Random random)
    {
        if (graph.Node.Count == 0 || random.Next(25) == 0)
        {
            if (model.OpsetImport.Count > 0) model.OpsetImport[0].Version = random.Next(1, 25);
            return;
        }
        var node = random.Pick(graph.Node);
        switch (random.Next(12))
        {
            case 0 or 1 when node.Attribute.Count > 0: ChangeAttribute(node, random); break;
            case 2 or 3: ChangeNames(node.Input, graph, random); break;
            case 4: ChangeNames(node.Output, graph, random); break;
            case 5: ChangeNodes(graph, node, random); break;
            case 6: node.OpType = random.Next(3) == 0 ? random.Pick(graph.Node).OpType : random.Pick(OpTypes); break;
            case 7 when graph.Input.Count > 0: ChangeType(random.Pick(graph.Input), random); break;
            case 8 or 9 when graph.Initializer.Count > 0: TensorMutator.Change(random.Pick(graph.Initializer), random); break;
            case 10: ChangeEnds(graph, random); break;
            default: node.Attribute.Add(random.Pick(graph.Node).Attribute.Select(attribute => attribute.Clone()).ToArray()); break;
        }
    }

    static void ChangeAttribute(NodeProto node, Random random)
    {
        var attribute = random.Pick(node.Attribute);
        if (attribute.T is not null) TensorMutator.Change(attribute.T, random);
        else if (attribute.Ints.Count > 0 && random.Next(4) != 0)
            attribute.Ints[random.Next(attribute.Ints.Count)] = random.Pick(Palette.Numbers);
        else if (attribute.Ints.Count > 0) attribute.Ints.Add(random.Pick(Palette.Numbers));
        else if (random.Next(5) == 0) node.Attribute.Remove(attribute);
        else if (random.Next(8) == 0) attribute.Type = (AttributeProto.Types.AttributeType)random.Next(0, 15);
        else
        {
            attribute.I = random.Pick(Palette.Numbers);
            attribute.F = random.Pick(Palette.Reals);
            attribute.S = ByteString.CopyFromUtf8(random.Pick(Palette.Words));
        }
    }

    static void ChangeNames(Google.Protobuf.Collections.RepeatedField<string> names, GraphProto graph, Random random)
    {
        var known = graph.Node.SelectMany(node => node.Input.Concat(node.Output)).Concat(graph.Input.Select(input => input.Name))
            .Concat(graph.Initializer.Select(initializer => initializer.Name)).ToArray();
        if (known.Length == 0) return;
        var place = random.Next(names.Count + 1);
        switch (random.Next(6))
        {
            case 0 when place < names.Count: names[place] = ""; break;
            case 1 when place < names.Count: names.RemoveAt(place); break;
            case 2: names.Insert(place, random.Pick(known)); break;
            case 3: names.Insert(place, $"new_{random.Next(1000)}"); break;
            case 4 when names.Count > 1 && place < names.Count: (names[0], names[place]) = (names[place], names[0]); break;
            default:
                if (place < names.Count) names[place] = random.Pick(known);
                break;
        }
    }

    static void ChangeNodes(GraphProto graph, NodeProto node, Random random)
    {
        switch (random.Next(4))
        {
            case 0: graph.Node.Remove(node); break;
            case 1:
                var twin = node.Clone();
                for (var i = 0; i < twin.Output.Count; i++) twin.Output[i] += "_twin";
                graph.Node.Insert(random.Next(graph.Node.Count + 1), twin);
                break;
            case 2:
                var other = random.Pick(graph.Node);
                (node.OpType, other.OpType) = (other.OpType, node.OpType);
                break;
            default:
                var moved = node.Clone();
                graph.Node.Remove(node);
                graph.Node.Insert(random.Next(graph.Node.Count + 1), moved);
                break;
        }
    }

    /// <summary>What comes in and what goes out.</summary>
    static void ChangeEnds(GraphProto graph, Random random)
    {
        switch (random.Next(5))
        {
            case 0 when graph.Initializer.Count > 0: graph.Initializer.RemoveAt(random.Next(graph.Initializer.Count)); break;
            case 1 when graph.Input.Count > 0: graph.Input.RemoveAt(random.Next(graph.Input.Count)); break;
            case 2 when graph.Output.Count > 0: graph.Output.Add(random.Pick(graph.Output).Clone()); break;
            case 3 when graph.Input.Count > 0: graph.Output.Add(random.Pick(graph.Input).Clone()); break;
            default:
                var made = graph.Node.SelectMany(node => node.Output).Where(name => name.Length > 0).ToArray();
                if (made.Length > 0) graph.Output.Add(new ValueInfoProto { Name = random.Pick(made) });
                break;
        }
    }

    static void ChangeType(ValueInfoProto input, Random random)
    {
        if (input.Type?.TensorType is not { } type) return;
        if (random.Next(2) == 0 || type.Shape is null || type.Shape.Dim.Count == 0) type.ElemType = random.Next(1, 27);
        else if (random.Next(4) == 0) type.Shape.Dim.RemoveAt(random.Next(type.Shape.Dim.Count));
        else if (random.Next(4) == 0) type.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "n" });
        else type.Shape.Dim[random.Next(type.Shape.Dim.Count)].DimValue = random.Next(0, 6);
    }
}
