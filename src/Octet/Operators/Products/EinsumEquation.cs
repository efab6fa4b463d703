using Octet.Tensors;

namespace Octet.Operators;

/// <summary>An equation of Einstein's summation convention as numpy's <c>einsum</c> writes it: <c>ij,jk-&gt;ik</c>, <c>...ij-&gt;...ji</c>,
/// <c>ii</c>.</summary>
/// <remarks>
/// Each operand has one label a dimension. Labels that several operands share are multiplied along; those that the output lacks are summed
/// over; one that an operand has twice takes the diagonal. Three dots stand for any number of dimensions, which broadcast. Without an arrow
/// the output has the labels that occur once, in alphabetical order, after the dots.
/// </remarks>
sealed class EinsumEquation
{
    const string Dots = "...";

    readonly string _text;
    readonly string[] _operands;
    readonly string _output;

    /// <exception cref="AttributeException">It is no equation.</exception>
    public EinsumEquation(string text)
    {
        _text = text;
        var sides = text.Replace(" ", "").Split("->");
        if (sides.Length > 2) throw Refuse("one arrow at most");
        _operands = sides[0].Split(',');
        foreach (var operand in _operands) CheckTerm(operand);

        _output = sides.Length == 2 ? sides[1] : ImpliedOutput();
        CheckTerm(_output);
        foreach (var label in Labels(_output))
        {
            if (Labels(_output).Count(other => other == label) > 1) throw Refuse($"label '{label}' once in the output");
            if (!_operands.Any(operand => operand.Contains(label))) throw Refuse($"label '{label}' of the output in some operand too");
        }
        if (!_output.Contains(Dots) && _operands.Any(operand => operand.Contains(Dots)))
            throw Refuse("dots in the output if operands have them");
    }

    /// <summary>Gives each dimension of each operand its label, and each label its extent.</summary>
    /// <exception cref="ShapeException">The shapes do not fit the equation or each other.</exception>
    public EinsumLabels Apply(ReadOnlySpan<Shape> shapes)
    {
        if (shapes.Length != _operands.Length)
            throw new ShapeException($"equation '{_text}' is about {_operands.Length} operand(s), but there are {shapes.Length}");

        var operands = new int[shapes.Length][];
        var extents = new Dictionary<int, int>();
        var dotted = 0;
        for (var i = 0; i < operands.Length; i++)
        {
            var hidden = shapes[i].Rank - Labels(_operands[i]).Count();
            if (hidden < 0 || (hidden > 0 && !_operands[i].Contains(Dots)))
            {
                throw new ShapeException($"operand {i} of equation '{_text}' is '{_operands[i]}', which does not fit shape {shapes[i]}");
            }
            dotted = Math.Max(dotted, hidden);
            operands[i] = LabelsOf(_operands[i], hidden);
            for (var axis = 0; axis < operands[i].Length; axis++) Agree(extents, operands[i][axis], shapes[i][axis], shapes);
        }
        return new(operands, LabelsOf(_output, dotted), extents);
    }

    /// <summary>The labels of a term; the dimensions behind dots are −1 for the last of them, −2 for the one before, and so on.</summary>
    static int[] LabelsOf(string term, int hidden)
    {
        var dots = term.IndexOf(Dots, StringComparison.Ordinal);
        if (dots < 0) return [.. term.Select(label => (int)label)];
        return [.. term[..dots].Select(label => (int)label), .. Enumerable.Range(-hidden, hidden),
            .. term[(dots + Dots.Length)..].Select(label => (int)label)];
    }

    void Agree(Dictionary<int, int> extents, int label, int extent, ReadOnlySpan<Shape> shapes)
    {
        var known = extents.GetValueOrDefault(label, 1);
        if (known != extent && known != 1 && extent != 1)
        {
            throw new ShapeException($"operands of shapes {string.Join(", ", shapes.ToArray())} do not fit equation '{_text}': "
                + $"{(label < 0 ? "a dimension behind the dots" : $"label '{(char)label}'")} has extents {known} and {extent}");
        }
        extents[label] = known == 1 ? extent : known;
    }

    string ImpliedOutput()
    {
        var all = string.Concat(_operands);
        var once = Labels(all).Where(label => all.Count(other => other == label) == 1).Order();
        return (all.Contains(Dots) ? Dots : "") + string.Concat(once);
    }

    void CheckTerm(string term)
    {
        var letters = term.Replace(Dots, "");
        if (letters.Length < term.Length - Dots.Length) throw Refuse("dots once a term");
        if (!letters.All(char.IsAsciiLetter)) throw Refuse("letters, commas, three dots and one arrow");
    }

    static IEnumerable<char> Labels(string term) => term.Where(character => character != '.');

    AttributeException Refuse(string allowed) => AttributeException.BadValue("equation", $"'{_text}'", allowed);
}

/// <summary>An equation applied to shapes: a label for each dimension, and the extent of each label.</summary>
sealed record EinsumLabels(int[][] Operands, int[] Output, IReadOnlyDictionary<int, int> Extents)
{
    public Shape ShapeOf(IEnumerable<int> labels) => new([.. labels.Select(label => Extents[label])]);
}
