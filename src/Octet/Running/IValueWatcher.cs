using Octet.Graphs;
using Octet.Tensors;

namespace Octet.Running;

/// <summary>Sees values while a graph runs, without the graph being changed for it.</summary>
public interface IValueWatcher
{
    /// <summary>Called once for each watched value in each run, right after it was made, on the thread that made it.</summary>
    /// <param name="value">The value, of the graph that the session was made for.</param>
    /// <param name="tensor">Its elements; valid only during the call.</param>
    void See(Value value, Tensor tensor);
}
