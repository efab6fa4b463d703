using Octet.Graphs;

namespace Octet.Planning;

/// <summary>
/// What the device or runtime that will run the model does with integers: which operators it computes in them, and what it asks of their
/// operands. Which integers they are is a matter of the <see cref="Recipe"/>. Only data; <see cref="Planner"/> reads it. A new device is a
/// new target, without a branch in the code.
/// </summary>
public sealed partial record Target
{
    /// <summary>For messages and files: <c>onnxruntime</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The operators that take or give integers, by ONNX name; all others stay in floats.</summary>
    public required IReadOnlyList<OperatorRule> Rules { get; init; }

    /// <summary>
    /// Operators that the device joins to the one before them: between a producer that computes and one of these, when no other node reads
    /// the value, no quantizer stands.
    /// </summary>
    public required IReadOnlyList<string> JoinedActivations { get; init; }

    /// <summary>Where quantizers stand, unless a step of the recipe has a rule of its own.</summary>
    public QuantizerPlacement Placement { get; init; } = QuantizerPlacement.AroundOperators;

    /// <summary>
    /// Whether an activation is joined by leaving it out, which takes integers that saturate at its limits. Where they do not, they have to
    /// be made in front of the activation too.
    /// </summary>
    public bool LeavesActivationsOut { get; init; }

    /// <summary>Whether biases are integers in the file; without, the device rounds them by itself and takes them as floats.</summary>
    public bool RoundsBiases { get; init; } = true;

    /// <summary>The only integers between operators that the device takes; null where recipes are free to choose.</summary>
    public Numerics.QuantizationSpec? Activations { get; init; }

    /// <summary>Whether what runs the model has DynamicQuantizeLinear and MatMulInteger.</summary>
    public bool ChoosesRangesInRuns { get; init; }

    /// <summary>
    /// What ONNX Runtime's CPU provider fuses into integer operators. Source: the rules in its static quantization tool
    /// (onnxruntime.quantization, operators/, version 1.19) and what its optimizer joins when it loads a QDQ model.
    /// </summary>
    public static Target OnnxRuntime { get; } = new()
    {
        Name = "onnxruntime",
        LeavesActivationsOut = true,
        ChoosesRangesInRuns = true,
        JoinedActivations = ["Relu", "Clip"],
        Rules =
        [
            new("Conv", OperatorRole.Computes),
            new("ConvTranspose", OperatorRole.Computes) { MultipliesFloats = true },
            new("Gemm", OperatorRole.Computes, GivesFloats: true),
            new("MatMul", OperatorRole.Computes, AllInputs: true, GivesFloats: true),
            new("Add", OperatorRole.Computes, AllInputs: true),
            new("Mul", OperatorRole.Computes, AllInputs: true),
            new("Relu", OperatorRole.Computes),
            new("Clip", OperatorRole.Computes),
            new("LeakyRelu", OperatorRole.Computes),
            new("AveragePool", OperatorRole.Computes) { FloatWith = ["dilations"] },
            new("GlobalAveragePool", OperatorRole.Computes),
            new("ReduceMean", OperatorRole.Computes),
            new("Sigmoid", OperatorRole.FixedRange),
            new("Softmax", OperatorRole.FixedRange),
            new("Concat", OperatorRole.Aligns, AllInputs: true),
            new("MaxPool", OperatorRole.MovesData),
            new("Reshape", OperatorRole.MovesData),
            new("Flatten", OperatorRole.MovesData),
            new("Transpose", OperatorRole.MovesData),
            new("Squeeze", OperatorRole.MovesData),
            new("Unsqueeze", OperatorRole.MovesData),
            new("Resize", OperatorRole.MovesData),
            new("Upsample", OperatorRole.MovesData),
            new("Slice", OperatorRole.MovesData),
            new("Split", OperatorRole.MovesData),
            new("Gather", OperatorRole.MovesData),
            new("Expand", OperatorRole.MovesData),
            new("Tile", OperatorRole.MovesData),
            new("DepthToSpace", OperatorRole.MovesData),
            new("SpaceToDepth", OperatorRole.MovesData),
        ],
    };

    /// <summary>The targets that recipes can name.</summary>
    public static IReadOnlyList<Target> All => [OnnxRuntime, Tidl, TensorRt];

    /// <summary>Whether the value goes from an operator that computes straight into an activation that the device joins to it.</summary>
    internal bool Joins(Value value) =>
        value is { Consumers: [var only], IsGraphOutput: false, Producer: { } producer }
        && JoinedActivations.Contains(only.OpType) && only.Inputs[0] == value
        && !JoinedActivations.Contains(producer.OpType)
        && RuleOf(producer) is { Role: OperatorRole.Computes };

    /// <summary>The rule of an operator; null if it stays in floats.</summary>
    public OperatorRule? RuleOf(string opType) => Rules.FirstOrDefault(rule => rule.OpType == opType);

    /// <summary>The rule of a node; null if it stays in floats: for its operator, for an attribute, or because its weights are made during
    /// the run.</summary>
    internal OperatorRule? RuleOf(Node node) =>
        RuleOf(node.OpType) is { } rule && !rule.FloatWith.Any(node.Attributes.Has)
        && (rule.AllInputs || node.Operator.Weights is not { } facts || node.InputOrNull(facts.WeightInput)?.Constant is not null)
        ? rule : null;
}

/// <summary>What a target does with one operator.</summary>
/// <param name="OpType">The operator's name in ONNX.</param>
/// <param name="Role">What the operator means for the parameters of its operands.</param>
/// <param name="AllInputs">Whether every input holds data; otherwise only the first does (and weights and bias, where the operator has
/// them).</param>
/// <param name="GivesFloats">
/// Whether its integer sums may leave as floats, without a rounding of their own. So they do where they are an output of the model: 8 bits
/// would make neighbouring scores of a classifier equal.
/// </param>
public sealed record OperatorRule(string OpType, OperatorRole Role, bool AllInputs = false, bool GivesFloats = false)
{
    /// <summary>Attributes that the device's integer form of the operator lacks; a node that has one stays in floats.</summary>
    public IReadOnlyList<string> FloatWith { get; init; } = [];

    /// <summary>Whether quantizers stand only in front of the operator; what it makes is rounded where a reader asks for it.</summary>
    public bool RoundsInputsOnly { get; init; }

    /// <summary>
    /// Whether the device joins the operator, a sum of two values, to the layer in front of it: no quantizer stands between the two, and
    /// the other value is rounded.
    /// </summary>
    public bool JoinsLayer { get; init; }

    /// <summary>
    /// Whether the device has no integer form of the operator and turns its operands back into floats. It is quantized all the same, so
    /// that its weights are small in the file and its neighbours stay in integers, but its work does not count as integer.
    /// </summary>
    public bool MultipliesFloats { get; init; }
}

/// <summary>What an operator means for the scales and zero points around it.</summary>
public enum OperatorRole
{
    /// <summary>Makes new values; inputs and outputs have parameters of their own.</summary>
    Computes,

    /// <summary>Makes values between 0 and 1, whatever it reads: its output's scale is 1/256 for 8 bits, and needs no
    /// calibration.</summary>
    FixedRange,

    /// <summary>Hands values on unchanged: its output has the parameters of its input.</summary>
    MovesData,

    /// <summary>Puts values of several inputs side by side: the inputs take the parameters of the output.</summary>
    Aligns,
}
