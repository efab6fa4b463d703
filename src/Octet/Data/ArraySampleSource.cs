using Octet.Data.Arrays;
using Octet.Tensors;

namespace Octet.Data;

/// <summary>
/// The rows of one <c>.npy</c> file: each index of its first axis is a sample. Rows are read when they are needed, so the file may exceed
/// memory. An array whose rows do not fit the model, but which does as a whole, is one sample.
/// </summary>
sealed class ArraySampleSource : ISampleSource
{
    readonly string _path;
    readonly InputReader _reader;
    readonly NpyHeader _header;

    /// <summary>The shape of one sample as the file holds it.</summary>
    readonly Shape _row;

    /// <summary>The whole array, needed where rows are not contiguous in the file.</summary>
    readonly Lazy<Tensor> _whole;

    public ArraySampleSource(string path, InputReader reader)
    {
        using var stream = NpyFile.Open(path);
        (_path, _reader, _header) = (path, reader, NpyHeader.Read(stream, path));
        NpyFile.CheckSize(_header, path, stream.Length);
        if (_header.Extents is [] or [0, ..] or [> int.MaxValue, ..])
            throw new SampleException($"'{path}' holds {_header}, which has no rows to take as samples; the first axis counts the "
                + "samples.");

        _whole = new(() => NpyFile.Read(_path));
        (_row, Count) = (ShapeOf(_header.Extents.Skip(1)), (int)_header.Extents[0]);
        if (reader.ShapeFor(_row) is not null) return;

        if (_header.Count <= int.MaxValue) (_row, Count) = (ShapeOf(_header.Extents), 1);
        if (reader.ShapeFor(_row) is null)
            throw reader.WrongShape(Path.GetFileName(path), $"{_header}, which fits neither row by row nor as a whole");
    }

    public int Count { get; }

    public string NameOf(int index) => $"{Path.GetFileName(_path)}[{index}]";

    public Sample Load(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var row = _header.IsColumnMajor
            ? _whole.Value.Reshape([Count, .. _row.Dimensions]).Slice(index, 1).Clone().Reshape(_row) : ReadRow(index);
        return new(NameOf(index), new Dictionary<string, Tensor> { [_reader.Input.Name] = _reader.Fit(row, NameOf(index)) });
    }

    Tensor ReadRow(int index)
    {
        var row = new Tensor(_header.Type, _row);
        try
        {
            using var stream = NpyFile.Open(_path);
            stream.Position = _header.DataOffset + (long)index * row.Bytes.Length;
            stream.ReadExactly(row.Bytes);
        }
        catch (IOException problem)
        {
            throw new SampleException($"Sample '{NameOf(index)}' cannot be read: {problem.Message}", problem);
        }
        return NpyFile.Normalize(row, _header);
    }

    Shape ShapeOf(IEnumerable<long> extents)
    {
        try
        {
            return Shape.From([.. extents]);
        }
        catch (ShapeException problem)
        {
            throw new SampleException($"'{_path}' holds {_header}, whose rows are too large for a tensor: {problem.Message}", problem);
        }
    }
}
