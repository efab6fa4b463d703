namespace Octet.Operators;

public static partial class OperatorTable
{
    static OperatorRow[] Shapes =>
    [
        ("Concat", 4, Concat.From),
        ("Concat", 1, Concat.FromOptionalAxis),
        ("Flatten", 1, Flatten.From),
        ("Gather", 1, Gather.From),
        ("Pad", 11, Pad.From),
        ("Pad", 2, Pad.FromPadsAttribute),
        ("Pad", 1, Pad.FromPaddingsAttribute),
        ("Reshape", 5, Reshape.From),
        ("Reshape", 1, Reshape.FromShapeAttribute),
        ("Resize", 11, Resize.From),
        ("Resize", 10, Upsample.FromResize),
        ("Shape", 1, ShapeOf.From),
        ("Size", 1, _ => new Size()),
        ("Slice", 10, Slice.From),
        ("Slice", 1, Slice.FromBoundsAttributes),
        ("Split", 18, Split.FromCount),
        ("Split", 1, Split.From),
        ("Squeeze", 1, Squeeze.From),
        ("Transpose", 1, Transpose.From),
        ("Unsqueeze", 13, Unsqueeze.From),
        ("Unsqueeze", 1, Unsqueeze.FromAxesAttribute),
        ("Upsample", 9, Upsample.From),
        ("Upsample", 7, Upsample.FromScalesAttribute),
        ("Upsample", 1, Upsample.FromImageScales),
    ];
}
