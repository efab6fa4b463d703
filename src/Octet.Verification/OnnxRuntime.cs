using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Tensors;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Octet.Verification;

/// <summary>One model in ONNX Runtime. Sums of integer products are exact.</summary>
public sealed class OnnxRuntime : IDisposable
{
    readonly InferenceSession _session;

    OnnxRuntime(InferenceSession session) => _session = session;

    /// <summary>The version of the package, as in <c>1.31.1</c>.</summary>
    public static string Version => OrtEnv.Instance().GetVersionString();

    /// <summary>Loads a file.</summary>
    /// <param name="path">An ONNX model.</param>
    /// <param name="threads">How many share one sample.</param>
    /// <param name="optimizedPath">Where ONNX Runtime writes the graph that it really runs; null for nowhere.</param>
    /// <param name="profilePrefix">Where ONNX Runtime writes how long each node took, when <see cref="EndProfiling"/> is called: the
    /// beginning of a path, to which it adds the time of day. Null for nowhere.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the model.</exception>
    public static OnnxRuntime Load(string path, int threads = 1, string? optimizedPath = null, string? profilePrefix = null)
    {
        using var options = Options(ExactSums.NeedAnOption, threads, optimizedPath);
        if (profilePrefix is not null)
        {
            options.ProfileOutputPathPrefix = profilePrefix;
            options.EnableProfiling = true;
        }
        return new(new(path, options));
    }

    /// <summary>Loads a file to be run as it stands, node by node: pairs of QuantizeLinear and DequantizeLinear round floats, and nothing
    /// is fused to integers.</summary>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the model.</exception>
    public static OnnxRuntime LoadAsItStands(string path)
    {
        using var options = Options(asksForExactSums: false, threads: 1, optimizedPath: null);
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        return new(new(path, options));
    }

    /// <summary>Loads a model of less than 2 GB from memory.</summary>
    /// <param name="model">Written in the ONNX format first.</param>
    /// <param name="asksForExactSums">Whether <see cref="ExactSums.Option"/> is set.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the model.</exception>
    public static OnnxRuntime Load(Model model, bool asksForExactSums)
    {
        using var bytes = new MemoryStream();
        OnnxWriter.Write(model, bytes);
        using var options = Options(asksForExactSums, threads: 1, optimizedPath: null);
        return new(new(bytes.ToArray(), options));
    }

    /// <summary>Runs one sample.</summary>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the inputs, or fails while it runs.</exception>
    public IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs)
    {
        using var outputs = Outputs(inputs);
        return _session.OutputNames.Zip(outputs, (name, value) => (name, TensorOf(name, value))).ToDictionary();
    }

    /// <summary>Runs one sample and leaves its outputs unread, for those who measure time.</summary>
    public void RunUnread(IReadOnlyDictionary<string, Tensor> inputs) => Outputs(inputs).Dispose();

    /// <summary>Writes the profile that was asked for.</summary>
    /// <returns>Its path.</returns>
    public string EndProfiling() => _session.EndProfiling();

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    static SessionOptions Options(bool asksForExactSums, int threads, string? optimizedPath)
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        if (asksForExactSums) options.AddSessionConfigEntry(ExactSums.Option, "1");
        if (optimizedPath is not null) options.OptimizedModelFilePath = optimizedPath;
        return options;
    }

    IDisposableReadOnlyCollection<OrtValue> Outputs(IReadOnlyDictionary<string, Tensor> inputs)
    {
        var values = inputs.Values.Select(ValueOf).ToArray();
        try
        {
            using var options = new RunOptions();
            return _session.Run(options, [.. inputs.Keys], values, _session.OutputNames);
        }
        finally
        {
            foreach (var value in values) value.Dispose();
            GC.KeepAlive(inputs); // ONNX Runtime reads the memory of the tensors itself.
        }
    }

    static OrtValue ValueOf(Tensor tensor)
    {
        long[] extents = [.. tensor.Shape.Dimensions.ToArray().Select(extent => (long)extent)];
        if (tensor.Type == DataType.String)
        {
            var strings = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, extents);
            for (var i = 0; i < tensor.Length; i++) strings.StringTensorSetElementAt(tensor.Strings[i].AsSpan(), i);
            return strings;
        }
        RequireWholeBytes(tensor.Type);
        var bytes = tensor.Bytes;
        return OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, (TensorElementType)tensor.Type, extents, Address(bytes), bytes.Length);
    }

    static Tensor TensorOf(string name, OrtValue value)
    {
        if (!value.IsTensor) throw new NotSupportedException($"Output '{name}' is no tensor but {value.OnnxType}.");
        var info = value.GetTensorTypeAndShape();
        var shape = Shape.From(info.Shape);
        var type = (DataType)info.ElementDataType;
        if (type == DataType.String) return Tensor.OfStrings(shape, value.GetStringTensorAsArray());
        RequireWholeBytes(type);
        var tensor = new Tensor(type, shape);
        if (tensor.Length > 0) value.GetTensorMutableRawData().CopyTo(tensor.Bytes);
        return tensor;
    }

    /// <summary>Tensors hold one element a byte, where ONNX Runtime packs them as files do.</summary>
    static void RequireWholeBytes(DataType type)
    {
        if (type.BitsInFile < 8) throw new NotSupportedException($"The judge does not pass on {type.DisplayName}.");
    }

    static unsafe nint Address(ReadOnlySpan<byte> pinned) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(pinned));
}
