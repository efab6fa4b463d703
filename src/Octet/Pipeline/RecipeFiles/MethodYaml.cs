using Octet.Calibration;
using Octet.Calibration.Methods;
using YamlDotNet.RepresentationModel;

namespace Octet.Pipeline.RecipeFiles;

/// <summary>A calibration method in a recipe's file: its name, or a mapping with its name and its numbers.</summary>
static class MethodYaml
{
    /// <summary>A number of a method: its key and bounds, and how it is read and changed.</summary>
    sealed record Parameter(string Key, double Least, double Most, Func<CalibrationMethod, double?> Get,
        Func<CalibrationMethod, double, CalibrationMethod> Set);

    static Parameter Of<T>(string key, double min, double max, Func<T, double?> get, Func<T, double, CalibrationMethod> set)
        where T : CalibrationMethod =>
        new(key, min, max, method => method is T own ? get(own) : null, (method, number) => set((T)method, number));

    static readonly Parameter[] Parameters =
    [
        Of<MovingAverageMethod>("share", 0, 1, method => (double)(decimal)method.Share,
            (method, number) => method with { Share = (float)number }),
        Of<PercentileMethod>("percent", 50, 100, method => method.Percent, (method, number) => method with { Percent = number }),
        Of<GridMethod>("search-bins", GridMethod.MinSearchBins, Histogram.MaxBins, method => method.SearchBins,
            (method, number) => method.WithBins((int)number)),
        Of<ConstantMethod>("low", float.MinValue, float.MaxValue, method => (double)(decimal)method.Low,
            (method, number) => method with { Low = (float)number }),
        Of<ConstantMethod>("high", float.MinValue, float.MaxValue, method => (double)(decimal)method.High,
            (method, number) => method with { High = (float)number }),
    ];

    /// <summary>Every method as it is without numbers; the range of a constant one has to be given.</summary>
    static readonly CalibrationMethod[] Methods = [.. CalibrationMethods.All, new ConstantMethod(0, 0)];

    public static CalibrationMethod Read(YamlMap map, string key, CalibrationMethod fallback)
    {
        if (map.Node(key) is null or YamlScalarNode) return Named(map, key, fallback);
        if (map.Map(key) is not { } own) return fallback;

        var method = Named(own, "name", fallback);
        if (!own.Has("name")) own.Problems.Add(new(own.Line, $"a '{key}' with keys of its own needs a 'name'"));
        foreach (var parameter in Parameters.Where(parameter => parameter.Get(method) is not null))
        {
            if (own.Number(parameter.Key, parameter.Least, parameter.Most) is { } number) method = parameter.Set(method, number);
        }
        if (method is PercentileMethod percentile && own.Has("symmetric"))
            method = percentile with { Symmetric = own.Flag("symmetric", false) };
        if (method is ConstantMethod { Low: var low, High: var high } && low >= high)
            own.Problems.Add(new(own.Line, "a constant range needs 'low' and a greater 'high'"));
        own.RefuseOthers();
        return method;
    }

    /// <summary>The words behind <c>method:</c>.</summary>
    public static string Text(CalibrationMethod method)
    {
        var plain = Methods.First(other => other.Name == method.Name);
        var parts = Parameters.Where(parameter => parameter.Get(method) is { } number && number != parameter.Get(plain))
            .Select(parameter => $"{parameter.Key}: {Yaml.Text(parameter.Get(method)!.Value)}").ToList();
        if (method is PercentileMethod { Symmetric: { } symmetric }) parts.Add($"symmetric: {SpecYaml.Word(symmetric)}");
        return parts.Count == 0 ? method.Name : $"{{ name: {method.Name}, {string.Join(", ", parts)} }}";
    }

    static CalibrationMethod Named(YamlMap map, string key, CalibrationMethod fallback)
    {
        var method = map.Choice(key, fallback, [.. Methods.Select(method => (method.Name, method))]);
        if (method is ConstantMethod { Low: 0, High: 0 } && key != "name")
            map.Problems.Add(new(map.Node(key)!.Start.Line, "'constant' needs its range: { name: constant, low: 0, high: 1 }"));
        return method;
    }
}
