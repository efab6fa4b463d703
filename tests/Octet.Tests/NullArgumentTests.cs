using System.Reflection;
using Octet.Calibration;
using Octet.Graphs;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;
using Octet.TexasInstruments;

namespace Octet.Tests;

/// <summary>Public entry points name a null argument; they do not fail inside.</summary>
[Trait("Cpu", "any")]
public sealed class NullArgumentTests
{
    static readonly NullabilityInfoContext Nullability = new();

    /// <summary>Static methods, and constructors of classes that do something. Records only hold what they are given, and operators and
    /// exceptions are made by Octet.</summary>
    static IEnumerable<MethodBase> EntryPoints() => typeof(Quantizer).Assembly.GetExportedTypes()
        .Where(type => !type.IsAssignableTo(typeof(Exception)) && !type.IsAssignableTo(typeof(Operator)) && !type.IsGenericTypeDefinition)
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
            .Where(method => !method.IsSpecialName && !method.IsGenericMethodDefinition)
            .Concat<MethodBase>(IsRecord(type) || type.IsAbstract ? [] : type.GetConstructors()))
        .Where(method => method.GetParameters().Any(IsNeeded));

    static bool IsRecord(Type type) => type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance) is not null;

    static bool IsNeeded(ParameterInfo parameter) => !parameter.ParameterType.IsValueType && !parameter.ParameterType.IsByRef
        && Nullability.Create(parameter).WriteState == NullabilityState.NotNull;

    public static TheoryData<string> Names => [.. EntryPoints().Select(Name).Distinct()];

    static string Name(MethodBase method) => $"{method.DeclaringType!.Name}.{method.Name}";

    [Theory, MemberData(nameof(Names))]
    public void Null_arguments_of_entry_points_are_named(string name)
    {
        foreach (var method in EntryPoints().Where(method => Name(method) == name))
        {
            if (method.GetParameters().Any(parameter => parameter.ParameterType.IsByRefLike)) continue;
            var arguments = method.GetParameters().Select(parameter => parameter.ParameterType.IsValueType
                ? Activator.CreateInstance(parameter.ParameterType) : null).ToArray();
            var thrown = Should.Throw<TargetInvocationException>(() => method is ConstructorInfo constructor
                ? constructor.Invoke(arguments) : method.Invoke(null, arguments)).InnerException;
            thrown.ShouldBeOfType<ArgumentNullException>(method.ToString()).ParamName
                .ShouldBeOneOf([.. method.GetParameters().Where(IsNeeded).Select(parameter => parameter.Name)]);
        }
    }

    [Fact]
    public void Null_arguments_of_runs_are_named()
    {
        var graph = new Graph { Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(1, 1));
        graph.AddOutput(graph.Add("MatMul", [x, graph.AddConstant("w", Tensor.Of<float>([1, 1], 2))], "y"));
        var session = new Session(graph);

        Should.Throw<ArgumentNullException>(() => session.Run(null!)).ParamName.ShouldBe("inputs");
        Should.Throw<ArgumentNullException>(() => session.Bind(null!)).ParamName.ShouldBe("inputs");
        Should.Throw<ArgumentNullException>(() => new CalibrationTable().Save(null!)).ParamName.ShouldBe("path");
        Should.Throw<ArgumentNullException>(() => graph.Add("Relu", null!, "z")).ParamName.ShouldBe("inputs");
        Should.Throw<ArgumentNullException>(() => new QuantCalibrateModule(new() { Graph = graph }).Forward(null!)).ParamName.ShouldBe(
            "batch");
    }
}
