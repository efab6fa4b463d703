using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Octet.Calibration;
using Octet.Numerics;
using Octet.Planning;
using Octet.TexasInstruments;

namespace Octet.Pipeline.RecipeFiles;

/// <summary>Writes a recipe as YAML.</summary>
sealed class RecipeText
{
    readonly StringBuilder _text = new();

    public static string Of(Recipe recipe)
    {
        var text = new RecipeText();
        text.Write(recipe);
        return text._text.ToString();
    }

    void Write(Recipe recipe)
    {
        Line(0, $"name: {Quoted(recipe.Name)}");
        if (recipe.Description.Length > 0) Line(0, $"description: {Quoted(recipe.Description)}");
        Line(0, $"target: {recipe.Target.Name}");
        if (recipe.FindStep<CalibrateLikeTi>() is not null)
        {
            Steps(recipe);
            Line(0, $"float-outputs: {SpecYaml.Word(recipe.FloatOutputs)}");
            return;
        }
        var (config, usual) = (recipe.Config, Recipes.Fast.Config);
        Integers(0, "activations", config.Activations, usual.Activations, config.ActivationMethod);
        Integers(0, "weights", config.Weights, usual.Weights, config.WeightMethod, config.Weights.PerChannel);
        Layer("first-layer", recipe.FirstLayer, config);
        Layer("last-layer", recipe.LastLayer, config);
        Line(0, $"float-outputs: {FloatOutputsYaml.Of(recipe)}");
        Line(0, $"saturate-outputs: {SpecYaml.Word(recipe.SaturateOutputs)}");
        Steps(recipe);
        if (recipe.Overrides.Count > 0) Line(0, "overrides:");
        foreach (var change in recipe.Overrides)
        {
            Line(1, $"- match: {Quoted(change.Match)}");
            Change(2, change.Change, config);
        }
    }

    void Steps(Recipe recipe)
    {
        Line(0, "steps:");
        foreach (var line in StepTable.Lines(recipe.Steps)) Line(1, line);
    }

    void Layer(string key, QConfigChange? change, QConfig config)
    {
        if (change is null) return;
        Line(0, change.Float ? $"{key}: float" : $"{key}:");
        if (!change.Float) Change(1, change, config);
    }

    void Change(int depth, QConfigChange change, QConfig config)
    {
        if (change.Float)
        {
            Line(depth, "float: true");
            return;
        }
        Integers(depth, "activations", change.Activations, config.Activations, change.ActivationMethod);
        Integers(depth, "weights", change.Weights, config.Weights, change.WeightMethod, change.Weights?.PerChannel);
    }

    void Integers(int depth, string key, QuantizationSpec? spec, QuantizationSpec fallback, CalibrationMethod? method,
        bool? perChannel = null)
    {
        if (spec is null && method is null) return;
        Line(depth, $"{key}:");
        if (spec is not null)
        {
            foreach (var line in SpecYaml.Lines(spec, fallback)) Line(depth + 1, line);
        }
        if (perChannel is { } each) Line(depth + 1, $"per-channel: {SpecYaml.Word(each)}");
        if (method is not null) Line(depth + 1, $"method: {MethodYaml.Text(method)}");
    }

    void Line(int depth, string text) => _text.Append(' ', 2 * depth).Append(text).Append('\n');

    /// <summary>As it is where YAML reads it as one word or sentence; else between quotes.</summary>
    static string Quoted(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ' ' or ',' or '\'')
        && char.IsAsciiLetter(text[0]) && !text.EndsWith(' ')
            ? text
            : $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
