namespace Octet.Kernels;

/// <summary>A number that the compiler knows, because it is a type.</summary>
interface IConstant
{
    static abstract int Value { get; }
}

readonly struct Zero : IConstant { public static int Value => 0; }

readonly struct One : IConstant { public static int Value => 1; }

readonly struct Two : IConstant { public static int Value => 2; }

readonly struct Three : IConstant { public static int Value => 3; }

readonly struct Four : IConstant { public static int Value => 4; }

readonly struct Five : IConstant { public static int Value => 5; }

readonly struct Six : IConstant { public static int Value => 6; }

readonly struct Seven : IConstant { public static int Value => 7; }

readonly struct Eight : IConstant { public static int Value => 8; }
