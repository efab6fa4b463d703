namespace Octet.Kernels;

/// <summary>How a place along an axis of the result is turned into a coordinate along the input's axis.</summary>
enum CoordinateMode
{
    /// <summary>Elements are squares, and the outer borders fall together.</summary>
    HalfPixel,

    /// <summary>Like <see cref="HalfPixel"/>, but the centres fall together even where the wanted extent was rounded.</summary>
    HalfPixelSymmetric,

    /// <summary>Like <see cref="HalfPixel"/>, but an extent of one lies at the start.</summary>
    PyTorchHalfPixel,

    /// <summary>Elements are points, and the outermost ones fall together.</summary>
    AlignCorners,

    /// <summary>Elements are points, and the first ones fall together.</summary>
    Asymmetric,

    /// <summary>The points of a part of the input, given by its start and end as fractions; what lies outside is given one value.</summary>
    TfCropAndResize,

    /// <summary>Elements are squares, without the shift of half an element (opset 11 only).</summary>
    TfHalfPixelForNearest,
}

/// <summary>Which neighbour a coordinate between two elements takes.</summary>
enum NearestMode
{
    RoundPreferFloor,
    RoundPreferCeil,
    Floor,
    Ceil,

    /// <summary>The lower one where the axis grows, and the upper one where it shrinks (before opset 11).</summary>
    FloorOrCeilIfShrinking,
}

/// <summary>One axis of a tensor that is resized. Coordinates are float32 and computed in the order that the formulas of ONNX Resize
/// have.</summary>
/// <param name="Length">Elements in the input.</param>
/// <param name="Result">Elements in the result.</param>
/// <param name="Scale">Elements of the result for each of the input; not always Result / Length, for the result is rounded to whole
/// elements.</param>
/// <param name="ScaledLength">The length of the result before it was rounded.</param>
/// <param name="Mode">The formula.</param>
/// <param name="Start">Where the part that is taken starts, as a fraction of the axis; only <see cref="CoordinateMode.TfCropAndResize"/>
/// asks.</param>
/// <param name="End">Where the part that is taken ends, as a fraction of the axis.</param>
readonly record struct ResampledAxis(int Length, int Result, float Scale, float ScaledLength, CoordinateMode Mode, float Start = 0,
    float End = 1)
{
    /// <summary>
    /// What lies so near to the middle between two elements is taken to lie there, as ONNX Runtime does: 3.5 is 3.4999998 when it was found
    /// as 1 / (2 / 7).
    /// </summary>
    const double TieTolerance = 1e-6;

    public bool IsUnchanged => Length == Result && Scale == 1 && (Mode != CoordinateMode.TfCropAndResize || this is { Start: 0, End: 1 });

    /// <summary>The coordinate in the input of a place in the result.</summary>
    public float Coordinate(int place) => Mode switch
    {
        CoordinateMode.HalfPixel => (place + 0.5f) / Scale - 0.5f,
        CoordinateMode.HalfPixelSymmetric => Length / 2f * (1 - Result / ScaledLength) + (place + 0.5f) / Scale - 0.5f,
        CoordinateMode.PyTorchHalfPixel => Result > 1 ? (place + 0.5f) / Scale - 0.5f : 0,
        CoordinateMode.AlignCorners => ScaledLength == 1 ? 0 : place * (Length - 1) / (ScaledLength - 1),
        CoordinateMode.Asymmetric => place / Scale,
        CoordinateMode.TfHalfPixelForNearest => (place + 0.5f) / Scale,
        _ when Result > 1 => Start * (Length - 1) + place * (End - Start) * (Length - 1) / (Result - 1),
        _ => 0.5f * (Start + End) * (Length - 1),
    };

    /// <summary>Whether a coordinate lies where there is no input and the result is given one value.</summary>
    public bool IsOutside(float coordinate) => Mode == CoordinateMode.TfCropAndResize && !(coordinate >= 0 && coordinate <= Length - 1);

    /// <summary>For each place of the result, whether it lies outside; null if none does.</summary>
    public bool[]? Outside()
    {
        if (Mode != CoordinateMode.TfCropAndResize) return null;
        var outside = new bool[Result];
        for (var place = 0; place < Result; place++) outside[place] = IsOutside(Coordinate(place));
        return outside.Contains(true) ? outside : null;
    }

    /// <summary>For each place of the result, the input's element nearest to it; −1 outside.</summary>
    public int[] NearestPlaces(NearestMode mode)
    {
        var places = new int[Result];
        for (var place = 0; place < places.Length; place++)
        {
            var coordinate = Coordinate(place);
            var nearest = mode switch
            {
                NearestMode.RoundPreferFloor => Math.Ceiling(coordinate - (0.5 + TieTolerance)),
                NearestMode.RoundPreferCeil => Math.Floor(coordinate + (0.5 + TieTolerance)),
                NearestMode.Floor => MathF.Floor(coordinate),
                NearestMode.Ceil => MathF.Ceiling(coordinate),
                _ => Scale < 1 ? MathF.Ceiling(coordinate) : MathF.Floor(coordinate),
            };
            places[place] = IsOutside(coordinate) ? -1 : (int)Math.Clamp(nearest, 0, Length - 1);
        }
        return places;
    }
}
