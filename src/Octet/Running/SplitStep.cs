using Octet.Kernels;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Running;

/// <summary>Runs one step of an execution on several threads, in parts of equally many lines.</summary>
sealed class SplitStep : ISharedWork
{
    /// <summary>More parts than threads, so that a thread that is held up does not hold up the others.</summary>
    const int PartsOfThread = 4;

    /// <summary>Multiplications that are worth handing to another thread: some ten microseconds.</summary>
    const long MinWork = 500_000;

    ISplitOperator? _operator;
    Tensor[] _inputs = [];
    Tensor[] _outputs = [];
    int _lines;

    /// <summary>Runs the operator, alone if there is too little to share.</summary>
    public void Run(ISplitOperator op, Tensor[] inputs, Tensor[] outputs, int threads)
    {
        (_operator, _inputs, _outputs, _lines) = (op, inputs, outputs, op.LinesOf(inputs, outputs));
        var shares = op.WorkOfLine(inputs, outputs) * _lines / MinWork;
        var parts = (int)Math.Clamp(shares, 1, Math.Max(1, Math.Min(_lines, threads * PartsOfThread)));
        WorkTeam.Shared.Run(this, parts, threads);
        _operator = null;
    }

    public void RunPart(int part, int parts) =>
        _operator!.RunLines(_inputs, _outputs, (int)((long)_lines * part / parts), (int)((long)_lines * (part + 1) / parts));
}
