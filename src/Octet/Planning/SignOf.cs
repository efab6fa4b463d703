using Octet.Graphs;

namespace Octet.Planning;

/// <summary>Tells from the operators alone which values are never negative, where a table gives thresholds without signs: half of the integers would be wasted.</summary>
static class SignOf
{
    /// <summary>Further back nobody looks; activations are near.</summary>
    const int MostSteps = 16;

    public static bool IsNeverNegative(Value value) => IsNeverNegative(value, MostSteps);

    static bool IsNeverNegative(Value value, int steps)
    {
        if (value.Constant is { Type: Tensors.DataType.Float32 } constant) return !constant.Floats.ContainsAnyInRange(float.NegativeInfinity, -float.Epsilon);
        if (value.Producer is not { } producer || steps == 0) return false;
        return producer.OpType switch
        {
            "Relu" or "Sigmoid" or "HardSigmoid" or "Softmax" or "Abs" or "Exp" or "Sqrt" or "Softplus" => true,
            "Clip" => producer.InputOrNull(1)?.Constant is { Length: 1, Type: Tensors.DataType.Float32 } least && least.Floats[0] >= 0 || IsNeverNegative(producer.Inputs[0]!, steps - 1),
            "MaxPool" or "AveragePool" or "GlobalAveragePool" or "GlobalMaxPool" or "ReduceMean" or "ReduceMax" or "ReduceSum"
                or "Reshape" or "Flatten" or "Transpose" or "Squeeze" or "Unsqueeze" or "Slice" or "Split" or "Gather" or "Tile" or "Expand" or "DepthToSpace" or "SpaceToDepth"
                => IsNeverNegative(producer.Inputs[0]!, steps - 1),
            "Add" or "Mul" or "Concat" or "Max" => producer.Inputs.All(input => IsNeverNegative(input!, steps - 1)),
            _ => false,
        };
    }
}
