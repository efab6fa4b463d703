using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>An operator that takes elements to other places without computing with them, so that it works alike on every type, strings
/// too.</summary>
abstract record MovingOperator : Operator
{
    public sealed override bool TakesReducedPrecision => true;

    internal sealed override float? CarriesDepth(int input, ReadOnlySpan<TensorInfo> inputs) => 1;

    /// <summary>
    /// The gradient of operators that move the elements of their first input: each element gets the sum over the places where it went.
    /// Where they went the operator says itself, when it is given the numbers of the places instead of elements.
    /// </summary>
    private protected void BackwardByPlaces<T>(in BackwardPass pass) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!pass.Wants(0, out var gradient)) return;

        // Counted from 1, for where nothing comes from the input there may be zeros.
        var (numbers, places) = (new Tensor(DataType.Int32, gradient.Shape), new Tensor(DataType.Int32, pass.FirstUpstream.Shape));
        for (var i = 0; i < numbers.Length; i++) numbers.AsSpan<int>()[i] = i + 1;
        Run([numbers, .. pass.Inputs[1..]], [places]);
        gradient.AsSpan<T>().Clear();
        for (var i = 0; i < places.Length; i++)
        {
            var place = places.AsSpan<int>()[i];
            if (place > 0) gradient.AsSpan<T>()[place - 1] += pass.FirstUpstream.AsSpan<T>()[i];
        }
    }
}
