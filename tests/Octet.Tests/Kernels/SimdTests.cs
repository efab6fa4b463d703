using Octet.Kernels;

namespace Octet.Tests.Kernels;

public sealed class SimdTests
{
    [Fact]
    public void Without_a_wish_the_widest_level_is_chosen()
    {
        Simd.Choose(null, SimdLevel.Vector512).ShouldBe(SimdLevel.Vector512);
        Simd.Choose("", SimdLevel.Vector256).ShouldBe(SimdLevel.Vector256);
        Simd.Choose(null, SimdLevel.Scalar).ShouldBe(SimdLevel.Scalar);
    }

    [Fact]
    public void A_narrower_level_can_be_forced()
    {
        Simd.Choose("vector256", SimdLevel.Vector512).ShouldBe(SimdLevel.Vector256);
        Simd.Choose(" Vector512 ", SimdLevel.Vector512).ShouldBe(SimdLevel.Vector512);
        Simd.Choose("portable", SimdLevel.Vector512).ShouldBeOneOf(SimdLevel.Scalar, SimdLevel.Vector128);
    }

    [Fact]
    public void A_level_that_the_machine_lacks_gives_the_widest_that_it_has()
    {
        Simd.Choose("vector512", SimdLevel.Vector256).ShouldBe(SimdLevel.Vector256);
        Simd.Choose("vector256", SimdLevel.Scalar).ShouldBe(SimdLevel.Scalar);
    }

    [Fact]
    public void A_word_that_is_no_level_is_an_error_that_names_the_levels() =>
        Should.Throw<SimdLevelException>(() => Simd.Choose("avx", SimdLevel.Vector256)).Message
            .ShouldBe("The environment variable OCTET_KERNEL is 'avx'; it may be vector512, vector256, portable or absent.");
}
