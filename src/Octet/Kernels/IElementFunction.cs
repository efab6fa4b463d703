using System.Numerics;

namespace Octet.Kernels;

/// <summary>A function of one float, given for a single element and for a vector of them; a struct, so that each use becomes a loop of its own.</summary>
interface IUnaryFunction
{
    float Invoke(float x);

    Vector<float> Invoke(Vector<float> x);
}

/// <summary>A function of two floats, given for single elements and for vectors of them.</summary>
interface IBinaryFunction
{
    float Invoke(float x, float y);

    Vector<float> Invoke(Vector<float> x, Vector<float> y);
}
