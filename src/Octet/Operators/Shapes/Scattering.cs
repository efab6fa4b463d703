using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>What a scattering operator does with the element that is there already.</summary>
enum ScatterReduction
{
    /// <summary>Replaces it.</summary>
    None,
    Add,
    Mul,
    Min,
    Max,
}

/// <summary>An operator with inputs data, indices and updates that gives a copy of the data with the updates at the places that the indices
/// name.</summary>
abstract record Scattering(ScatterReduction Reduction) : Operator
{
    public sealed override bool TakesReducedPrecision => Reduction == ScatterReduction.None;

    public override int RequiredInputs => 3;

    public sealed override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 2);
        CheckShapes(inputs[0].Shape, inputs[1].Shape, inputs[2].Shape);
        return [new(inputs[0].Type, inputs[0].Shape)];
    }

    public sealed override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (data, indices, updates) = (inputs[0], inputs[1], inputs[2]);
        data.CopyTo(outputs[0]);
        if (updates.Length == 0) return;

        using var places = new Scratch<int>(PlaceCount(indices.Shape));
        ReadPlaces(indices, data.Shape, places.Span);
        var block = updates.Length / places.Span.Length;
        if (Reduction == ScatterReduction.None) ElementMove.Apply(updates, outputs[0], new ScatterPlaces(places.Span, block));
        else TypeDispatch.Numeric(data.Type, new Reducer(Reduction, updates, outputs[0], places.Span, block));
    }

    /// <exception cref="ShapeException">The shapes do not fit each other.</exception>
    private protected abstract void CheckShapes(Shape data, Shape indices, Shape updates);

    /// <summary>How many places indices of a shape name.</summary>
    private protected abstract int PlaceCount(Shape indices);

    private protected abstract void ReadPlaces(Tensor indices, Shape data, Span<int> places);

    private protected static ScatterReduction ReductionOf(Attributes attributes) => attributes.String("reduction", fallback: "none") switch
    {
        "none" => ScatterReduction.None,
        "add" => ScatterReduction.Add,
        "mul" => ScatterReduction.Mul,
        "min" => ScatterReduction.Min,
        "max" => ScatterReduction.Max,
        var other => throw AttributeException.BadValue("reduction", other, "none, add, mul, min, max"),
    };

    /// <summary>Combines the updates with what is there, in the order of the indices.</summary>
    readonly ref struct Reducer(ScatterReduction reduction, Tensor updates, Tensor output, ReadOnlySpan<int> places, int block)
        : INumericVisitor
    {
        readonly ReadOnlySpan<int> _places = places;

        public void Visit<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            ReadOnlySpan<T> from = updates.AsSpan<T>();
            foreach (var place in _places)
            {
                var to = output.AsSpan<T>().Slice(place, block);
                for (var i = 0; i < to.Length; i++) to[i] = Combine(to[i], from[i]);
                from = from[block..];
            }
        }

        T Combine<T>(T old, T update) where T : INumber<T> => reduction switch
        {
            ScatterReduction.Add => old + update,
            ScatterReduction.Mul => old * update,
            ScatterReduction.Min => T.Min(old, update),
            _ => T.Max(old, update),
        };
    }
}
