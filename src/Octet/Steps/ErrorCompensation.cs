using Octet.Kernels;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Steps;

/// <summary>Moves the weights of a layer, before they are rounded, so that from what the layers before have become it makes what it makes
/// in the float model.</summary>
/// <remarks>
/// With x' and x as in <see cref="InputMoments"/> the weights W' that make <c>E|W x' − W' x|²</c> least, and hardly differ from W where
/// little speaks for it, are
/// <c>W + W D (M + λ I)⁻¹</c>, D = E[(x' − x) xᵀ]: they pass less of directions that are mostly noise. The aim is that of Li et al. 2025
/// (GPTAQ, arXiv:2504.02692). How great the ridge λ has to be differs from layer to layer; one half of the samples tries some on the other
/// half, and where none helps weights stay as they are. Without that, layers with small images fit the few samples and get worse
/// (docs/algorithms.md).
/// </remarks>
static class ErrorCompensation
{
    /// <summary>Ridges that are tried, as shares of the mean power of the inputs.</summary>
    static readonly float[] Ridges = [0.03f, 0.3f, 3, 30];

    /// <param name="weights">[rows, depth], moved in place.</param>
    /// <param name="rows">Output channels of a group.</param>
    /// <param name="half">What the group reads in one half of the samples.</param>
    /// <param name="otherHalf">What it reads in the other.</param>
    /// <param name="all">Both together.</param>
    /// <param name="threads">How many rows are worked on at once.</param>
    public static void Apply(float[] weights, int rows, InputMoments half, InputMoments otherHalf, InputMoments all, int threads)
    {
        var wanted = Multiply(weights, rows, otherHalf.Drift);
        var (best, max) = (0f, 0.0);
        foreach (var ridge in Ridges)
        {
            var gain = Gain(Shifts(weights, rows, half, ridge, threads), rows, wanted, otherHalf);
            if (gain > max) (best, max) = (ridge, gain);
        }
        if (max > 0) TensorPrimitives.Add<float>(weights, Shifts(weights, rows, all, best, threads), weights);
    }

    /// <summary>W D (M + λ I)⁻¹; zeros where nothing is read.</summary>
    static float[] Shifts(float[] weights, int rows, InputMoments moments, float share, int threads)
    {
        var depth = weights.Length / rows;
        var ridge = (float)(share * moments.MeanPower);
        if (!(ridge > 0)) return new float[weights.Length];

        var shifts = Multiply(weights, rows, moments.Drift);
        new RidgeFactor(moments.Products, depth, ridge, threads).Solve(shifts, threads);
        return shifts;
    }

    /// <summary>By how much the squared error of all outputs gets less.</summary>
    /// <param name="shifts">What is added to the weights, S.</param>
    /// <param name="rows">Output channels of a group.</param>
    /// <param name="wanted">W D of these samples.</param>
    /// <param name="moments">What is read.</param>
    /// <returns>2 ⟨W D, S⟩ − ⟨S M, S⟩.</returns>
    static double Gain(float[] shifts, int rows, float[] wanted, InputMoments moments) =>
        2.0 * TensorPrimitives.Dot<float>(wanted, shifts) - TensorPrimitives.Dot<float>(Multiply(shifts, rows, moments.Products), shifts);

    static unsafe float[] Multiply(float[] left, int rows, float[] right)
    {
        var depth = left.Length / rows;
        var product = new float[left.Length];
        fixed (float* a = left, b = right, result = product)
        {
            MatrixProduct.Multiply<float, MatrixView<float>>(rows, depth, depth, new(a, depth), new(b, depth), null, result, depth);
        }
        return product;
    }
}
