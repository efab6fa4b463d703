using System.Text.Json.Serialization;
using Octet.Data.Images;
using Octet.Graphs;
using Octet.Tensors;

namespace Octet.Data;

/// <summary>
/// How a picture becomes the input of a model: resized, cut or bordered, its channels ordered, and each value x turned into <c>(x − mean) ·
/// scale</c>. The model's metadata keeps it, so that calibration, evaluation and use see the same pixels.
/// </summary>
public sealed record ImagePreprocessing
{
    const int MaxExtent = 16_384;

    // What a stored form without these fields means; the generated reader sets what is absent to null.
    static readonly float[] NoMean = [0f];
    static readonly float[] NoScale = [1f];

    /// <summary>Whether pictures stay as they are stored, instead of being turned upright as their EXIF orientation says. Masks and boxes
    /// are meant for the picture that results.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IgnoreOrientation { get; init; }

    /// <summary>Null leaves the size as it is.</summary>
    public ImageResize? Resize { get; init; }

    /// <summary>How pixels are interpolated; antialiased by default, as torchvision trains.</summary>
    [JsonPropertyName("resample")]
    public Resampling Resampling { get; init; }

    /// <summary>The middle of the resized picture that is kept; null keeps all. A smaller picture gets a border, as torchvision does
    /// it.</summary>
    public ImageSize? Crop { get; init; }

    /// <summary>Whether a picture keeps its shape within <see cref="Resize"/>, which then gives both sides.</summary>
    public Letterbox Letterbox { get; init; }

    /// <summary>Value of the pixels of a border, 0..255; null for what is usual, 114 for a letterbox (YOLO) and 0 around a picture smaller
    /// than the crop.</summary>
    public int? PadValue { get; init; }

    /// <summary>The channels that the model takes, and their order.</summary>
    public PixelFormat PixelFormat { get; init; }

    /// <summary>Subtracted from each value (0..255); one number for all channels, or one for each in the order of
    /// <see cref="PixelFormat"/>.</summary>
    public IReadOnlyList<float> Mean { get; init => field = value ?? NoMean; } = NoMean;

    /// <summary>Multiplied with what is left (1 / standard deviation); one number for all channels, or one for each in the order of
    /// <see cref="PixelFormat"/>.</summary>
    public IReadOnlyList<float> Scale { get; init => field = value ?? NoScale; } = NoScale;

    /// <summary>Whether channels come before height and width, or behind.</summary>
    public TensorLayout Layout { get; init; }

    /// <summary>Channels of the model's input.</summary>
    [JsonIgnore]
    public int Channels => PixelFormat == PixelFormat.Gray ? 1 : 3;

    /// <summary>The size of the model's input where it does not depend on the picture.</summary>
    [JsonIgnore]
    public ImageSize? FixedSize => Crop ?? Resize?.Size;

    /// <summary>Whether values stay the 0..255 of the picture.</summary>
    internal bool KeepsValues => Mean.All(mean => mean == 0) && Scale.All(scale => scale == 1);

    /// <summary>Where a picture of this size comes to lie in the model's input.</summary>
    public ImagePlacement PlacementOf(int width, int height) => ImagePlacement.Of(this, new(height, width));

    /// <summary>The model's input for one picture: [1, C, H, W] or [1, H, W, C].</summary>
    /// <param name="image">Of either number of channels.</param>
    /// <param name="type">float32, float16, or uint8 for models that take pixels as they are.</param>
    /// <exception cref="PreprocessingException">The steps contradict themselves, or do not suit the type or the picture.</exception>
    public Tensor Apply(Image image, DataType type = DataType.Float32)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Apply(image, type, new());
    }

    /// <summary>The same in a tensor from a pool.</summary>
    internal Tensor Apply(Image image, DataType type, TensorPool pool)
    {
        Validate(type);
        return ImageTensor.Of(image, this, type, pool);
    }

    /// <summary>These steps with the layout that the input's shape shows.</summary>
    /// <exception cref="PreprocessingException">The steps contradict themselves, or do not give what the input takes in either
    /// layout.</exception>
    public ImagePreprocessing FittedTo(ModelInput input)
    {
        Validate(input.Type);
        if (input.Shape is null || IsAdmittedBy(input.Shape)) return this;
        var turned = this with { Layout = Layout == TensorLayout.Nchw ? TensorLayout.Nhwc : TensorLayout.Nchw };
        return turned.IsAdmittedBy(input.Shape)
            ? turned
            : throw new PreprocessingException($"The model's input '{input.Name}' takes {input.Shape}, but the preprocessing "
                + $"gives {OutputShape}. Change the size or the pixel format.")
            {
                Change = WhatToChange.Preprocessing,
                NeededSize = input.PictureSize is { } size && FixedSize is { } given && size != given ? size : null,
                NeededFormat = input.PictureSize is null || input.IsGray == (Channels == 1) ? null
                    : input.IsGray ? PixelFormat.Gray : PixelFormat.Rgb,
            };
    }

    /// <summary>Checks that the steps fit each other and an input of this element type.</summary>
    /// <exception cref="PreprocessingException">The steps contradict themselves; the message lists each contradiction.</exception>
    public void Validate(DataType type = DataType.Float32)
    {
        if (Problems(type).ToList() is { Count: > 0 } problems) throw PreprocessingException.Of(problems);
    }

    /// <summary>The tensor of one picture; height and width are open where they depend on the picture.</summary>
    SymbolicShape OutputShape
    {
        get
        {
            var (height, width) = FixedSize is { } size
                ? ((Dimension)size.Height, (Dimension)size.Width) : (new(null, "height"), new(null, "width"));
            return Layout == TensorLayout.Nchw ? new(1, Channels, height, width) : new(1, height, width, Channels);
        }
    }

    bool IsAdmittedBy(SymbolicShape shape) => shape.Rank == OutputShape.Rank
        && shape.Dimensions.Zip(OutputShape.Dimensions)
        .All(pair => pair.First.Extent is not { } wanted || pair.Second.Extent is not { } given || wanted == given);

    IEnumerable<string> Problems(DataType type)
    {
        int?[] extents = [Resize?.ShortSide, Resize?.Size?.Height, Resize?.Size?.Width, Crop?.Height, Crop?.Width];
        foreach (var extent in extents)
        {
            if (extent is < 1 or > MaxExtent) yield return $"a size of {extent} pixels is not between 1 and {MaxExtent}";
        }
        if (Letterbox != Letterbox.None && Resize?.Size is null)
            yield return "a letterbox needs both sides: resize to height x width, as in 416x416";
        if (Letterbox != Letterbox.None && Crop is not null) yield return "a letterbox already gives the size; leave out the crop";
        if (PadValue is < 0 or > 255) yield return $"the pad value {PadValue} is not between 0 and 255";
        if (!Enum.IsDefined(Resampling) || !Enum.IsDefined(Letterbox) || !Enum.IsDefined(PixelFormat) || !Enum.IsDefined(Layout))
            yield return "one of the choices does not exist";

        foreach (var (name, values) in new[] { ("mean", Mean), ("scale", Scale) })
        {
            if (values.Count != 1 && values.Count != Channels)
                yield return $"the {name} has {values.Count} numbers; give one, or one for each of the {Channels} channel(s)";
            if (values.Any(value => !float.IsFinite(value))) yield return $"the {name} is not a finite number";
        }
        if (Scale.Contains(0)) yield return "a scale of 0 makes all pictures equal";

        if (type is not (DataType.Float32 or DataType.Float16 or DataType.UInt8))
            yield return $"the model takes {type.DisplayName}; pictures become float32, float16 or uint8. Give it arrays (.npy, .npz) "
                + "instead";
        if (type == DataType.UInt8 && !KeepsValues) yield return "the model takes uint8, pixels as they are; leave out mean and scale";
    }

    /// <summary>Whether both give the same tensors: compared as their JSON texts.</summary>
    public bool Equals(ImagePreprocessing? other) => other is not null && this.ToJson() == other.ToJson();

    /// <inheritdoc/>
    public override int GetHashCode() => this.ToJson().GetHashCode(StringComparison.Ordinal);

    /// <summary>The steps as they are stored.</summary>
    public override string ToString() => this.ToJson();
}
