using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>The slices of a tensor along one axis, with equal ones in one group.</summary>
/// <param name="Firsts">For each group, the first slice in it.</param>
/// <param name="Numbers">For each slice, its group.</param>
/// <param name="Counts">For each group, the number of slices in it.</param>
sealed record SliceGroups(int[] Firsts, int[] Numbers, int[] Counts)
{
    /// <summary>Groups the slices of any tensor; groups ascend if <paramref name="sorted"/>, else they stand in the order of their first
    /// slices.</summary>
    public static SliceGroups Of(Tensor tensor, int axis, bool sorted)
    {
        var extent = tensor.Shape[axis];
        var inner = tensor.Shape.LengthOf(axis + 1, tensor.Shape.Rank);
        var outer = tensor.Shape.LengthOf(0, axis);
        Comparison<int> order;
        if (tensor.Type == DataType.String)
            order = new Slices<string>(tensor.Strings.ToArray(), outer, extent, inner, string.CompareOrdinal).Compare;
        else
        {
            var finder = new OrderFinder(Comparable(tensor), outer, inner, extent);
            TypeDispatch.Numeric(finder.Elements.Type, finder);
            order = finder.Order!;
        }
        return Of(extent, order, sorted);
    }

    static SliceGroups Of(int extent, Comparison<int> compare, bool sorted)
    {
        var order = Enumerable.Range(0, extent).ToArray();
        Array.Sort(order, (a, b) => compare(a, b) is not 0 and var difference ? difference : a - b);

        var (firsts, numbers, counts) = (new List<int>(), new int[extent], new List<int>());
        for (var i = 0; i < extent; i++)
        {
            if (i == 0 || compare(order[i - 1], order[i]) != 0)
            {
                firsts.Add(order[i]);
                counts.Add(0);
            }
            numbers[order[i]] = firsts.Count - 1;
            counts[^1]++;
        }
        return sorted ? new([.. firsts], numbers, [.. counts]) : InOrderOfFirsts(firsts, numbers, counts);
    }

    static SliceGroups InOrderOfFirsts(List<int> firsts, int[] numbers, List<int> counts)
    {
        int[] byFirst = [.. Enumerable.Range(0, firsts.Count).OrderBy(group => firsts[group])];
        var place = new int[byFirst.Length];
        for (var i = 0; i < byFirst.Length; i++) place[byFirst[i]] = i;
        return new([.. byFirst.Select(group => firsts[group])], Array.ConvertAll(numbers, group => place[group]),
            [.. byFirst.Select(group => counts[group])]);
    }

    /// <summary>The elements as numbers that can be compared.</summary>
    static Tensor Comparable(Tensor tensor)
    {
        var type = tensor.Type switch
        {
            DataType.Bool => DataType.UInt8,
            DataType.Float16 or DataType.BFloat16 => DataType.Float32,
            var own => own,
        };
        if (type == tensor.Type) return tensor;
        var numbers = new Tensor(type, tensor.Shape);
        TypeConversion.Convert(tensor, numbers);
        return numbers;
    }

    /// <summary>Compares two slices element by element.</summary>
    sealed class Slices<T>(T[] elements, int outer, int extent, int inner, Comparison<T> compare)
    {
        public int Compare(int a, int b)
        {
            for (var i = 0; i < outer; i++)
            {
                var (x, y) = ((i * extent + a) * inner, (i * extent + b) * inner);
                for (var j = 0; j < inner; j++)
                {
                    if (compare(elements[x + j], elements[y + j]) is not 0 and var difference) return difference;
                }
            }
            return 0;
        }
    }

    sealed class OrderFinder(Tensor elements, int outer, int inner, int extent) : INumericVisitor
    {
        public Tensor Elements => elements;

        public Comparison<int>? Order { get; private set; }

        public void Visit<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> =>
            Order = new Slices<T>(elements.AsSpan<T>().ToArray(), outer, extent, inner, CompareNumbers).Compare;

        /// <summary>NaN equals itself and comes last.</summary>
        static int CompareNumbers<T>(T x, T y) where T : INumber<T> =>
            T.IsNaN(x) || T.IsNaN(y) ? (T.IsNaN(x) ? 1 : 0) - (T.IsNaN(y) ? 1 : 0) : x.CompareTo(y);
    }
}
