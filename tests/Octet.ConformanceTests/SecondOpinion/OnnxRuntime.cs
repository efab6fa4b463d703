using System.Diagnostics;
using System.Text;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>
/// One model in ONNX Runtime, the second opinion: a process of node that runs <c>tests/node/run.js</c>, which also describes the messages, for as many samples as are asked.
/// </summary>
sealed class OnnxRuntime : IDisposable
{
    static readonly string Folder = Path.Combine(SharedFolder.Repository, "tests", "node");

    static readonly Lazy<bool> NodeIsThere = new(() =>
    {
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", "--version") { RedirectStandardOutput = true })!;
            node.WaitForExit();
            return node.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });

    readonly Process _process;
    readonly BinaryReader _answers;
    readonly BinaryWriter _requests;
    readonly StringBuilder _complaints = new();

    OnnxRuntime(Process process)
    {
        _process = process;
        _answers = new(process.StandardOutput.BaseStream);
        _requests = new(new BufferedStream(process.StandardInput.BaseStream));
        process.ErrorDataReceived += (_, line) => _complaints.AppendLine(line.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>Skips the running test where node or onnxruntime-node is absent.</summary>
    public static void Require()
    {
        Requirement.Check(NodeIsThere.Value, "node is absent; .ci/run installs it");
        Requirement.Check(Directory.Exists(Path.Combine(Folder, "node_modules", "onnxruntime-node")), "onnxruntime-node is absent; .ci/run installs it");
    }

    /// <summary>Loads a model; skips the running test where node or onnxruntime-node is absent.</summary>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the model.</exception>
    public static OnnxRuntime Load(string modelPath, int threads = 1)
    {
        Require();
        var start = new ProcessStartInfo("node", [Path.Combine(Folder, "run.js"), modelPath, $"{threads}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var runtime = new OnnxRuntime(Process.Start(start)!);
        runtime.ReadAnswer();
        return runtime;
    }

    /// <summary>Runs one sample.</summary>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the inputs.</exception>
    public IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs)
    {
        _requests.Write(0);
        _requests.Write(inputs.Count);
        foreach (var (name, tensor) in inputs) Write(name, tensor);
        _requests.Flush();
        return ReadAnswer();
    }

    public void Dispose()
    {
        _requests.Dispose();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10))) _process.Kill();
        _process.Dispose();
    }

    void Write(string name, Tensor tensor)
    {
        WriteBlock(Encoding.UTF8.GetBytes(name));
        _requests.Write((int)tensor.Type);
        _requests.Write(tensor.Shape.Rank);
        foreach (var extent in tensor.Shape) _requests.Write(extent);
        WriteBlock(tensor.Bytes);
    }

    void WriteBlock(ReadOnlySpan<byte> bytes)
    {
        _requests.Write(bytes.Length);
        _requests.Write(bytes);
    }

    Dictionary<string, Tensor> ReadAnswer()
    {
        try
        {
            if (_answers.ReadInt32() != 0) throw new OnnxRuntimeException(ReadText());
            return Enumerable.Range(0, _answers.ReadInt32()).Select(_ => ReadTensor()).ToDictionary();
        }
        catch (EndOfStreamException)
        {
            _process.WaitForExit();
            throw new OnnxRuntimeException($"the process ended: {_complaints}");
        }
    }

    (string Name, Tensor Tensor) ReadTensor()
    {
        var name = ReadText();
        var type = (DataType)_answers.ReadInt32();
        var extents = new int[_answers.ReadInt32()];
        for (var i = 0; i < extents.Length; i++) extents[i] = _answers.ReadInt32();
        var tensor = new Tensor(type, new(extents));
        _answers.ReadInt32().ShouldBe(tensor.Bytes.Length);
        _answers.BaseStream.ReadExactly(tensor.Bytes);
        return (name, tensor);
    }

    string ReadText() => Encoding.UTF8.GetString(_answers.ReadBytes(_answers.ReadInt32()));
}

/// <summary>ONNX Runtime refuses a model or its inputs; its own words.</summary>
sealed class OnnxRuntimeException(string message) : Exception(message);
