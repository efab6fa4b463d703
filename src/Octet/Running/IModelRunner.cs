using Octet.Graphs;
using Octet.Tensors;

namespace Octet.Running;

/// <summary>
/// Runs one model, sample by sample: all that evaluation, comparison and calibration need of a <see cref="Session"/>, so that another
/// executor can stand in its place. Several threads may run samples at the same time.
/// </summary>
/// <remarks><see cref="Data.SampleRunOptions.NewRunner"/> says who runs the graphs that are calibrated and compared.</remarks>
public interface IModelRunner
{
    /// <summary>Runs one sample.</summary>
    /// <param name="inputs">A tensor for each input of the model, by name.</param>
    /// <param name="take">Gets the outputs, in the order of the model; they are valid only during that call.</param>
    /// <exception cref="OctetException">The inputs do not fit the model, or it cannot work with what it is given.</exception>
    void Run(IReadOnlyDictionary<string, Tensor> inputs, Action<IReadOnlyList<Tensor>> take);

    /// <summary>Runs one sample and shows the values named in <see cref="SessionOptions.Watched"/>, each once, in the order in which they
    /// are made.</summary>
    /// <param name="inputs">A tensor for each input of the model, by name.</param>
    /// <returns>Values of the graph that the runner was made for, and their elements, which are valid until the next ones are asked
    /// for.</returns>
    /// <exception cref="OctetException">The inputs do not fit the model, or it cannot work with what it is given.</exception>
    IEnumerable<(Value Value, Tensor Tensor)> Watch(IReadOnlyDictionary<string, Tensor> inputs);
}
