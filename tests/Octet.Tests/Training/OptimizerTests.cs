using System.Text.Json;
using Octet.Data.Arrays;
using Octet.Numerics;
using Octet.Operators;
using Octet.Tensors;
using Octet.Tests.Operators;
using Octet.Training;

namespace Octet.Tests.Training;

/// <summary>Optimizers, and quantizers that learn, against the records of PyTorch 1.13.</summary>
public sealed class OptimizerTests
{
    public static TheoryData<string, TrainingOptimizer, double> Optimizers => new()
    {
        { "opt_sgd", new SgdOptimizer(0), 0.1 },
        { "opt_sgd_mom_wd", new SgdOptimizer(0.9, WeightDecay: 0.01), 0.1 },
        { "opt_sgd_nesterov", new SgdOptimizer(0.9, Nesterov: true), 0.1 },
        { "opt_adam", new AdamOptimizer(), 0.01 },
        { "opt_adam_wd", new AdamOptimizer(WeightDecay: 0.01), 0.01 },
        { "opt_adamw", new AdamOptimizer(WeightDecay: 0.01, Decoupled: true), 0.01 },
    };

    [Theory, MemberData(nameof(Optimizers))]
    public void Weights_after_each_step_are_those_of_PyTorch(string name, TrainingOptimizer optimizer, double rate)
    {
        var arrays = Golden(name);
        var parameter = new TrainingParameter("p", arrays["in_p"].Clone(), ParameterRole.Weight);
        var state = new OptimizerState(optimizer, [parameter]);
        for (var step = 0; step < 4; step++)
        {
            arrays[$"in_g{step}"].CopyTo(parameter.Gradient);
            state.Step(rate, rate);
            for (var i = 0; i < parameter.Elements.Length; i++)
                parameter.Elements.Floats[i].ShouldBe(arrays[$"out_p{step}"].Floats[i], 2e-6f, $"step {step}, element {i}");
        }
    }

    [Theory]
    [InlineData("fq_learnable_pt", null, 1.0), InlineData("fq_learnable_pc", 0, 0.1)]
    public void Learned_scales_have_the_gradients_of_PyTorch(string name, int? axis, double factor)
    {
        var arrays = Golden(name);
        Tensor[] inputs = [arrays["in_x"], arrays["in_scale"], arrays["in_zero_point"]];
        var op = new LearnedFakeQuantize(new(8, Signed: true, Symmetric: true), axis, ScaleLearning.Scale, factor);
        var y = op.RunOn(inputs)[0];
        y.ShouldBeClose(arrays["out_y"].Floats);
        var gradients = GradientCheck.Gradients(op, inputs, [y], [arrays["up_y"]]);
        gradients[0]!.ShouldBeClose(arrays["grad_x"].Floats);
        gradients[1]!.ShouldBeClose(arrays["grad_scale"].Floats);
        gradients[2]!.ShouldBeClose(arrays["grad_zero_point"].Floats);
    }

    /// <summary>By the formula of Jain et al., section 3.3: the gradient of log2 t is s · ln 2 · Σ upstream · h; and the scale is that of
    /// the threshold rounded up.</summary>
    [Fact]
    public void Learned_thresholds_follow_their_formula()
    {
        var op = new LearnedFakeQuantize(new(4, Signed: true, Symmetric: true), null, ScaleLearning.LogThreshold);
        var (x, threshold) = (Tensor.Of([5], [0.3f, -0.8f, 0.05f, 3f, -4f]), Tensor.Of([1], [-0.4f]));
        var y = op.RunOn(x, threshold)[0];
        y.Values().ShouldBe([0.25f, -0.75f, 0f, 0.875f, -1f]);
        var gradients = GradientCheck.Gradients(op, [x, threshold], [y], [Tensor.Of([5], [1f, 1, 1, 1, 1])]);
        var h = (2 - 2.4) + (-6 + 6.4) + (0 - 0.4) + 7 - 8;
        gradients[1]!.Floats[0].ShouldBe((float)(0.125 * Math.Log(2) * h), 1e-5f);
        gradients[0]!.Values().ShouldBe([1f, 1, 1, 0, 0]);
    }

    [Fact]
    public void A_followed_range_is_PyTorchs_moving_average()
    {
        var arrays = Golden("qat_fused_moving_avg_u8");
        var op = new FollowingFakeQuantize(new(8, Signed: false, Symmetric: false) { Rule = ScaleRule.PyTorch }, 0.01f);
        var range = FollowingFakeQuantize.NoRange();
        for (var step = 0; step < 4; step++)
        {
            var outputs = op.RunOn(arrays[$"in_x{step}"], range);
            range = outputs[1];
            range.Floats[0].ShouldBe(arrays[$"out_min{step}"].Floats[0], 1e-6f);
            range.Floats[1].ShouldBe(arrays[$"out_max{step}"].Floats[0], 1e-6f);
            op.Parameters(range.Floats).Scale.ShouldBe(arrays[$"out_scale{step}"].Floats[0], 1e-8f);
            op.Parameters(range.Floats).ZeroPoint.ShouldBe(arrays[$"out_zp{step}"].AsSpan<int>()[0]);
            outputs[0].ShouldBeClose(arrays[$"out_y{step}"].Floats);
        }
    }

    [Fact]
    public void Schedules_have_the_factors_of_their_formulas()
    {
        LearningSchedule.Constant.FactorAt(5, 10).ShouldBe(1);
        new StepSchedule([0.5, 0.8]).FactorAt(8, 10).ShouldBe(0.01, 1e-12);
        new CosineSchedule().FactorAt(5, 10).ShouldBe(0.5, 1e-12);
        new OneCycleSchedule().FactorAt(3, 10).ShouldBe(1, 1e-12);
        new OneCycleSchedule().FactorAt(0, 10).ShouldBe(0.04, 1e-12);
        (LearningSchedule.Constant with { WarmUpSteps = 4 }).FactorAt(1, 10).ShouldBe(0.5);
        (new CosineSchedule() with { WarmUpSteps = 2 }).FactorAt(6, 10).ShouldBe(0.5, 1e-12);
    }

    static IReadOnlyDictionary<string, Tensor> Golden(string name) =>
        NpzFile.Read(SharedFolder.Require("golden", "autograd", $"{name}.npz"));
}
