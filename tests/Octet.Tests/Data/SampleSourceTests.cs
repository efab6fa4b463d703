using Octet.Data;
using Octet.Data.Arrays;
using Octet.Graphs;
using Octet.Tensors;
using Octet.Tests.Data.Arrays;

namespace Octet.Tests.Data;

public sealed class SampleSourceTests : IDisposable
{
    static readonly ModelInput Picture = new("input", DataType.Float32, new(new(null, "N"), 3, 8, 8));
    static readonly ModelInput Pair = new("x", DataType.Float32, new(new(null, "N"), 2));
    static readonly ImagePreprocessing Small = new() { Resize = ImageResize.To(8, 8) };

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_gives_its_pictures_sorted_by_path_whatever_the_folder_within()
    {
        foreach (var name in (string[])["b.PNG", "a/z.png", "a/b/c.jpg", "B.jpeg", "notes.txt", ".hidden.png"]) CopyPicture(name);

        var source = SampleSource.Open(_folder.Path, [Picture], Small);

        Enumerable.Range(0, source.Count).Select(source.NameOf).ShouldBe(["B.jpeg", "a/b/c.jpg", "a/z.png", "b.PNG"]);
        source.NotRead.ShouldBe($"1 file in '{_folder.Path}' is of a kind that is not read as a sample: 1 .txt");
        var sample = source.Load(2);
        sample.Name.ShouldBe("a/z.png");
        sample.Inputs.Keys.ShouldBe(["input"]);
        sample.Inputs["input"].ToString().ShouldBe("float32 [1, 3, 8, 8]");
    }

    [Fact]
    public void Labels_among_the_samples_are_not_called_unused()
    {
        foreach (var name in (string[])["a.png", "labels.txt", "notes.md", "boxes/a.txt"]) CopyPicture(name);

        SampleSource.Open(_folder.Path, [Picture], Small, alsoRead: [_folder.PathOf("labels.txt"), _folder.PathOf("boxes")]).NotRead
            .ShouldBe($"1 file in '{_folder.Path}' is of a kind that is not read as a sample: 1 .md");
    }

    [Fact]
    public void A_link_in_a_circle_does_no_harm()
    {
        CopyPicture("a/x.png");
        Directory.CreateSymbolicLink(_folder.PathOf("a/circle"), _folder.Path);
        SampleSource.Open(_folder.Path, [Picture], Small).Count.ShouldBe(1);
    }

    [Fact]
    public void The_layout_follows_the_model()
    {
        CopyPicture("x.png");
        var source = SampleSource.Open(_folder.Path, [Picture with { Shape = new(1, 8, 8, 3) }], Small);
        source.Load(0).Inputs["input"].Shape.ShouldBe([1, 8, 8, 3]);
        source.Load(0).PictureSize.ShouldNotBeNull();
    }

    [Fact]
    public void A_list_names_samples_relative_to_itself()
    {
        CopyPicture("pictures/x.png");
        WriteArray("arrays/x.npy", Tensor.Of<float>([2], 1, 2));
        var list = _folder.Write("list.txt", "# picture, array\n\n  pictures/x.png , arrays/x.npy \r\npictures/x.png,arrays/x.npy");

        var source = SampleSource.Open(list, [Picture, Pair], Small);

        source.Count.ShouldBe(2);
        source.NameOf(0).ShouldBe("pictures/x.png");
        source.Load(1).Inputs["x"].ToString().ShouldBe("float32 [1, 2]");
    }

    [Fact]
    public void All_wrong_lines_of_a_list_are_named()
    {
        WriteArray("x.npy", Tensor.Of<float>([2], 1, 2));
        _folder.Write("y.npz", "");
        var list = _folder.Write("list.txt", "x.npy\nabsent.png,x.npy\nlist.txt,x.npy\ny.npz,x.npy\ny.npz\n");

        var message = Should.Throw<SampleException>(() => SampleSource.Open(list, [Picture, Pair], Small)).Message;

        message.ShouldContain("4 problem(s)");
        message.ShouldContain("line 1: 1 file(s) for 2 input(s); the model takes input: float32 [N, 3, 8, 8], x: float32 [N, 2]");
        message.ShouldContain("line 2: 'absent.png' does not exist");
        message.ShouldContain("line 3: 'list.txt' is no sample");
        message.ShouldContain("line 4: 'y.npz' holds all inputs of a sample");
    }

    [Fact]
    public void The_rows_of_an_array_are_samples()
    {
        var path = WriteArray("rows.npy", Tensor.Of<float>([3, 2], 1, 2, 3, 4, 5, 6));

        var source = SampleSource.Open(path, [Pair]);

        source.Count.ShouldBe(3);
        source.NameOf(2).ShouldBe("rows.npy[2]");
        var input = source.Load(1).Inputs["x"];
        input.Shape.ShouldBe([1, 2]);
        input.Floats.ToArray().ShouldBe([3f, 4f]);
        Should.Throw<ArgumentOutOfRangeException>(() => source.Load(3));
    }

    [Fact]
    public void Rows_that_are_stored_otherwise_are_the_same_samples()
    {
        var columnMajor =
            SampleSource.Open(_folder.Write("f.npy", NpyBytes.Of("|u1", "(3, 2)", [1, 3, 5, 2, 4, 6], columnMajor: true)),
                [Pair with { Type = DataType.UInt8 }]);
        columnMajor.Load(1).Inputs["x"].AsSpan<byte>().ToArray().ShouldBe([3, 4]);

        var bigEndian =
            SampleSource.Open(_folder.Write("b.npy", NpyBytes.Of(">i4", "(2, 2)", [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4])),
                [Pair with { Type = DataType.Int32 }]);
        bigEndian.Load(1).Inputs["x"].AsSpan<int>().ToArray().ShouldBe([3, 4]);

        var withBatch = SampleSource.Open(WriteArray("batch.npy", Tensor.Of<float>([2, 1, 2], 1, 2, 3, 4)), [Pair]);
        withBatch.Load(1).Inputs["x"].Floats.ToArray().ShouldBe([3f, 4f]);
    }

    [Fact]
    public void An_array_that_fits_as_a_whole_is_one_sample()
    {
        var source = SampleSource.Open(WriteArray("one.npy", Tensor.Of<float>([2], 1, 2)), [Pair]);
        source.Count.ShouldBe(1);
        source.Load(0).Inputs["x"].Shape.ShouldBe([1, 2]);
    }

    [Fact]
    public void An_archive_is_a_sample_with_an_array_for_each_input()
    {
        WriteArchive("b.npz", ("x", Tensor.Of<float>([1, 2], 1, 2)), ("input", new Tensor(DataType.Float32, [1, 3, 8, 8])),
            ("label", Tensor.Scalar(3L)));
        WriteArchive("a.npz", ("x", Tensor.Of<float>([2], 3, 4)), ("input", new Tensor(DataType.Float32, [3, 8, 8])));

        var source = SampleSource.Open(_folder.Path, [Picture, Pair]);

        source.Count.ShouldBe(2);
        source.Load(0).Inputs.Keys.ShouldBe(["input", "x"]);
        source.Load(0).Inputs["x"].Floats.ToArray().ShouldBe([3f, 4f]);
        SampleSource.Open(_folder.PathOf("b.npz"), [Picture, Pair]).Count.ShouldBe(1);
    }

    [Fact]
    public void An_archive_that_lacks_an_input_says_what_it_holds()
    {
        WriteArchive("a.npz", ("X", Tensor.Of<float>([2], 3, 4)), ("other", Tensor.Scalar(1f)));
        Should.Throw<SampleException>(() => SampleSource.Open(_folder.Path, [Pair]).Load(0)).Message
            .ShouldBe("Sample 'a.npz' has no array for the model's input 'x'; it holds 'X', 'other'. Did you mean 'X'?");
    }

    [Fact]
    public void A_sample_of_the_wrong_shape_says_both_shapes()
    {
        WriteArray("a.npy", Tensor.Of<float>([3], 1, 2, 3));
        Should.Throw<SampleException>(() => SampleSource.Open(_folder.Path, [Pair]).Load(0)).Message
            .ShouldBe("Sample 'a.npy' does not fit the model: input 'x' takes float32 [N, 2], but it gives float32 [3].");
        Should.Throw<SampleException>(() => SampleSource.Open(_folder.PathOf("a.npy"), [Pair])).Message
            .ShouldContain("input 'x' takes float32 [N, 2], but it gives float32 [3], which fits neither row by row nor as a whole");
        Should.Throw<PreprocessingException>(() =>
        {
            CopyPicture("p/x.png");
            SampleSource.Open(_folder.PathOf("p"), [Picture], new() { Resize = ImageResize.To(9, 9) });
        }).Message.ShouldContain("takes [N, 3, 8, 8], but the preprocessing gives [1, 3, 9, 9]");
    }

    [Fact]
    public void A_picture_whose_size_depends_on_itself_is_checked_when_it_is_read()
    {
        CopyPicture("x.png");
        Should.Throw<SampleException>(() => SampleSource.Open(_folder.Path, [Picture], new()).Load(0)).Message
            .ShouldBe("Sample 'x.png' does not fit the model: input 'input' takes float32 [N, 3, 8, 8], but it gives float32 [1, 3, 101, "
                + "157].");
    }

    [Fact]
    public void Numbers_of_another_width_are_converted_and_other_types_refused()
    {
        WriteArray("double.npy", Tensor.Of<double>([2], 1.5, 2));
        WriteArray("byte.npy", Tensor.Of<byte>([2], 1, 2));
        WriteArray("long.npy", Tensor.Of<long>([2], 1, long.MaxValue));

        Row("double.npy", Pair).Floats.ToArray().ShouldBe([1.5f, 2f]);
        Should.Throw<SampleException>(() => Row("byte.npy", Pair)).Message.ShouldContain("takes float32 [N, 2], but it gives uint8 [2]");
        Should.Throw<SampleException>(() => Row("long.npy", Pair with { Type = DataType.Int32 })).Message.ShouldContain(
            "values too large for int32");

        Tensor Row(string file, ModelInput input) => SampleSource.Open(_folder.PathOf(file), [input]).Load(0).Inputs["x"];
    }

    [Fact]
    public void A_corrupt_picture_stops_or_is_skipped_and_named()
    {
        CopyPicture("a.png");
        _folder.Write("b.png", File.ReadAllBytes(GoldenImages.PathOf("rgb.png")).AsSpan(0, 500));
        _folder.Write("c.jpg", "no picture");
        CopyPicture("d.png");

        var strict = SampleSource.Open(_folder.Path, [Picture], Small);
        Should.Throw<OctetException>(() => strict.LoadOrSkip(1)).Message.ShouldContain("b.png");

        var lenient = SampleSource.Open(_folder.Path, [Picture], Small, OnBadSample.Skip);
        Parallel.For(0, 8, i => (lenient.LoadOrSkip(3 - i % 4) is null).ShouldBe(i % 4 is 1 or 2));
        lenient.Skipped.Select(skipped => skipped.Name).ShouldBe(["b.png", "c.jpg"]);
        lenient.Skipped[0].Reason.ShouldContain("truncated");
        lenient.Take(2).Skipped.Count.ShouldBe(2);
    }

    [Fact]
    public void Take_gives_the_first_samples()
    {
        var source = SampleSource.Open(WriteArray("rows.npy", Tensor.Of<float>([3, 2], 1, 2, 3, 4, 5, 6)), [Pair]);
        source.Take(2).Count.ShouldBe(2);
        source.Take(2).Load(1).Name.ShouldBe("rows.npy[1]");
        source.Take(10).Count.ShouldBe(3);
        Should.Throw<ArgumentOutOfRangeException>(() => source.Take(2).Load(2));
        Should.Throw<ArgumentOutOfRangeException>(() => source.Take(0));
    }

    [Fact]
    public void Where_nothing_can_be_taken_the_message_says_why()
    {
        Fails(_folder.PathOf("absent"), "There is no file or folder");
        Fails(_folder.Path, "it is empty. Samples are files that end in .png");
        _folder.Write("x.tiff", "");
        _folder.Write("y.tiff", "");
        Fails(_folder.Path, "it holds 2 .tiff.");
        CopyPicture("x.png");
        WriteArray("x.npy", Tensor.Scalar(1f));
        Fails(_folder.Path, "are of several kinds: 1 .npy, 1 .png");
        Fails(_folder.Write("empty.txt", "# nothing\n"), "names no samples");
        Fails(_folder.Write("binary.bin", [1, 0, 2]), "it is not text");
        Fails(WriteArray("scalar.npy", Tensor.Scalar(1f)), "has no rows");
        Fails(WriteArray("none.npy", new Tensor(DataType.Float32, [0, 2])), "has no rows");

        void Fails(string path, string explanation) =>
            Should.Throw<SampleException>(() => SampleSource.Open(path, [Picture], Small)).Message.ShouldContain(explanation);
    }

    [Fact]
    public void Pictures_need_preprocessing_and_a_single_input()
    {
        CopyPicture("x.png");
        Should.Throw<SampleException>(() => SampleSource.Open(_folder.Path, [Picture])).Message.ShouldContain("nothing says how it becomes "
            + "the input 'input: float32 [N, 3, 8, 8]'");
        Should.Throw<SampleException>(() => SampleSource.Open(_folder.Path, [Picture, Pair], Small)).Message.ShouldContain(
            "but the model takes 2 inputs");
        Should.Throw<SampleException>(
            () => SampleSource.Open(WriteArray("x.npy", Tensor.Scalar(1f)), [Picture, Pair], Small)).Message.ShouldContain(
            "holds one array, but the model takes 2 inputs");
    }

    void CopyPicture(string name) =>
        _folder.Write(name,
            File.ReadAllBytes(GoldenImages.PathOf(name.EndsWith("png", StringComparison.OrdinalIgnoreCase) ? "rgb.png" : "gray.jpg")));

    string WriteArray(string name, Tensor tensor)
    {
        var path = _folder.Write(name, "");
        NpyFile.Write(path, tensor);
        return path;
    }

    void WriteArchive(string name, params (string Name, Tensor Tensor)[] arrays) =>
        NpzFile.Write(_folder.PathOf(name), arrays.Select(array => KeyValuePair.Create(array.Name, array.Tensor)));
}
