using Google.Protobuf;
using Google.Protobuf.Reflection;
using Octet.Onnx;
using Octet.Onnx.Schema;

namespace Octet.Tests.Onnx;

/// <summary>Brings encoded models into one form where the format allows several for the same thing, so that they can be compared message by
/// message.</summary>
static class NormalForm
{
    public static ModelProto Of(ModelProto model)
    {
        foreach (var import in model.OpsetImport) import.Domain = Domains.Normalize(import.Domain);
        Normalize(model);
        return model;
    }

    static void Normalize(IMessage message)
    {
        if (message is GraphProto graph) SortValueInfos(graph);
        if (message is AttributeProto { Type: AttributeProto.Types.AttributeType.Undefined })
            throw new InvalidOperationException("A test model names no kind for an attribute.");
        if (message is TensorProto tensor && tensor.DataType != 0) UseRawData(tensor);
        if (message is TensorShapeProto.Types.Dimension { DimValue: < 0 } dimension) dimension.ClearValue();
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (field.IsRepeated) NormalizeAll((System.Collections.IEnumerable)field.Accessor.GetValue(message));
            else if (field.FieldType == FieldType.Message) NormalizeAll(new[] { field.Accessor.GetValue(message) });
            else if (IsDefault(field, message)) field.Accessor.Clear(message);
        }
    }

    static void NormalizeAll(System.Collections.IEnumerable items)
    {
        foreach (var item in items.OfType<IMessage>()) Normalize(item);
    }

    /// <summary>An absent field and one that holds its default mean the same, but for attributes and the extents of shapes.</summary>
    static bool IsDefault(FieldDescriptor field, IMessage message) =>
        message is not (AttributeProto or TensorShapeProto.Types.Dimension) && field.Accessor.GetValue(message) switch
        {
            string text => text.Length == 0,
            long number => number == 0,
            int number => number == 0,
            Enum choice => Convert.ToInt32(choice) == 0,
            _ => false,
        };

    /// <summary>Their order means nothing, and inputs and outputs need none.</summary>
    static void SortValueInfos(GraphProto graph)
    {
        var declared = graph.Input.Concat(graph.Output).Select(value => value.Name).ToHashSet();
        var rest = graph.ValueInfo.Where(info => !declared.Contains(info.Name)).OrderBy(info => info.Name, StringComparer.Ordinal)
            .ToArray();
        graph.ValueInfo.Clear();
        graph.ValueInfo.Add(rest);
    }

    static void UseRawData(TensorProto tensor)
    {
        var elements = new TensorReader(null).Read(tensor);
        TensorReader.ClearElements(tensor);
        TensorWriter.Fill(tensor, elements);
    }
}
