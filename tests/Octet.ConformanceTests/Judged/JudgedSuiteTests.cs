using Octet.Calibration;
using Octet.Onnx;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>Every model of the operator suite that has something to quantize: its export loads in ONNX Runtime, agrees, and computes in
/// integers what the plan says.</summary>
public sealed class JudgedSuiteTests
{
    [Fact]
    public void Every_model_that_has_something_to_quantize_holds()
    {
        SharedFolder.Require("conformance", "index.tsv");

        var outcomes = OnnxCase.All.AsParallel().AsOrdered().Select(test => (test.Name, Problems: Judge(test)))
            .Where(outcome => outcome.Problems is not null).ToArray();

        TestContext.Current.SendDiagnosticMessage($"{outcomes.Length} models of the operator suite have something to quantize");
        outcomes.Length.ShouldBeGreaterThan(100);
        string.Concat(outcomes.Where(outcome => outcome.Problems!.Length > 0)
            .Select(outcome => $"\n{outcome.Name}: {string.Join("; ", outcome.Problems!)}")).ShouldBeEmpty();
    }

    /// <summary>Null where the model has nothing to quantize.</summary>
    static string[]? Judge(OnnxCase test)
    {
        try
        {
            var model = Quantizer.Prepare(OnnxReader.Read(test.ModelPath));
            var (inputs, _) = test.ReadData();
            if (inputs.Count != model.Graph.Inputs.Count) return null;
            var samples = new MadeSamples(model.Graph.Inputs.Select(input => input.Name).Zip(inputs).ToDictionary<string, Tensor>());
            return [.. ExportJudge.Judge(Quantizer.Quantize(model, samples), samples).Problems()];
        }
        catch (Exception refusal) when (refusal is PlanException or CalibrationException)
        {
            return null;
        }
        catch (Microsoft.ML.OnnxRuntime.OnnxRuntimeException) when (!LoadsInFloats(test))
        {
            return null;
        }
        catch (Exception problem)
        {
            return [$"{problem.GetType().Name}: {problem.Message}"];
        }
    }

    /// <summary>Some opsets of the suite are newer than the judge.</summary>
    static bool LoadsInFloats(OnnxCase test)
    {
        try
        {
            OnnxRuntime.Load(test.ModelPath).Dispose();
            return true;
        }
        catch (Microsoft.ML.OnnxRuntime.OnnxRuntimeException)
        {
            return false;
        }
    }
}
