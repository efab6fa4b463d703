using Google.Protobuf;
using Octet.Onnx.Schema;
using Octet.Operators;
using Octet.Tensors;
using Kind = Octet.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace Octet.Onnx;

/// <summary>Makes the values of <see cref="Attributes"/> from their encoded form.</summary>
sealed class AttributeReader(TensorReader tensors, ModelProblems problems)
{
    /// <summary>Moves the attributes out of <paramref name="node"/>, where only those are left of which Octet does not interpret
    /// everything.</summary>
    /// <param name="node">The encoded node.</param>
    /// <param name="where">What messages call it.</param>
    /// <param name="readGraph">Reads a graph inside an attribute.</param>
    public Attributes TakeAll(NodeProto node, string where, Func<GraphProto, ISubgraph> readGraph)
    {
        var attributes = new Attributes { OutputCount = node.Output.Count };
        var rest = new List<AttributeProto>();
        foreach (var proto in node.Attribute)
        {
            var problem = $"{where}, attribute '{proto.Name}': ";
            if (proto.Name.Length == 0) problems.Add(problem + "has no name");
            else if (attributes.Has(proto.Name)) problems.Add(problem + "is there twice");
            else if (problems.Try<object?>(problem, () => Take(proto, readGraph), null) is { } value)
            {
                attributes.Add(proto.Name, value);
                if (value is not ForeignAttribute && HoldsMoreThanItsName(proto)) rest.Add(proto);
            }
        }
        node.Attribute.Clear();
        node.Attribute.Add(rest);
        return attributes;
    }

    static bool HoldsMoreThanItsName(AttributeProto proto) =>
        proto.CalculateSize() > new AttributeProto { Name = proto.Name }.CalculateSize();

    /// <summary>Moves the value out of <paramref name="proto"/>, in which only its name and what Octet does not interpret are
    /// left.</summary>
    /// <exception cref="OctetException">The attribute contradicts itself; the message does not name it.</exception>
    object Take(AttributeProto proto, Func<GraphProto, ISubgraph> readGraph)
    {
        if (proto.RefAttrName.Length > 0)
            throw new ModelException($"refers to '{proto.RefAttrName}' of a calling node, which only makes sense inside a function");
        return KindOf(proto) switch
        {
            Kind.Float => Taken(proto.F, proto.ClearF, proto),
            Kind.Int => Taken(proto.I, proto.ClearI, proto),
            Kind.String => StrictText.OrNull(proto.S) is { } text ? Taken(text, proto.ClearS, proto) : Foreign(proto),
            Kind.Tensor => TakeTensor(proto),
            Kind.Graph => Taken(readGraph(Required(proto.G, "graph")), () => proto.G = null, proto),
            Kind.Floats => Taken(proto.Floats.ToArray(), proto.Floats.Clear, proto),
            Kind.Ints => Taken(proto.Ints.ToArray(), proto.Ints.Clear, proto),
            Kind.Strings => Texts(proto) is { } texts ? Taken(texts, proto.Strings.Clear, proto) : Foreign(proto),
            Kind.Tensors => Taken(proto.Tensors.Select(tensors.Read).ToArray(), proto.Tensors.Clear, proto),
            Kind.Graphs => Taken(proto.Graphs.Select(readGraph).ToArray(), proto.Graphs.Clear, proto),
            _ => Foreign(proto),
        };
    }

    /// <summary>The first files of the format named no kind; then it shows in the field that is filled.</summary>
    static Kind KindOf(AttributeProto proto) => proto switch
    {
        { Type: not Kind.Undefined } => proto.Type,
        { HasF: true } => Kind.Float,
        { HasI: true } => Kind.Int,
        { HasS: true } => Kind.String,
        { T: not null } => Kind.Tensor,
        { G: not null } => Kind.Graph,
        { Floats.Count: > 0 } => Kind.Floats,
        { Ints.Count: > 0 } => Kind.Ints,
        { Strings.Count: > 0 } => Kind.Strings,
        { Tensors.Count: > 0 } => Kind.Tensors,
        { Graphs.Count: > 0 } => Kind.Graphs,
        _ => Kind.Undefined,
    };

    static T Taken<T>(T value, Action clear, AttributeProto proto)
    {
        clear();
        proto.ClearType();
        return value;
    }

    Tensor TakeTensor(AttributeProto proto)
    {
        var encoded = Required(proto.T, "tensor");
        var tensor = tensors.Read(encoded);
        TensorReader.ClearElements(encoded);
        if (encoded.CalculateSize() == 0) proto.T = null;
        proto.ClearType();
        return tensor;
    }

    static ForeignAttribute Foreign(AttributeProto proto) => new(proto.ToByteArray());

    static T Required<T>(T? value, string kind) where T : class =>
        value ?? throw new ModelException($"should hold a {kind}, but holds none");

    static string[]? Texts(AttributeProto proto)
    {
        var texts = proto.Strings.Select(StrictText.OrNull).ToArray();
        return texts.Contains(null) ? null : [.. texts.OfType<string>()];
    }
}
