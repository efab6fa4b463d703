using System.Runtime.InteropServices;
using Google.Protobuf;
using Octet.Onnx;
using Octet.Onnx.Schema;
using Octet.Tests.Data;

namespace Octet.Tests.Onnx;

/// <summary>Weights in files beside the model: read where they belong to it, and nowhere else.</summary>
public sealed class ExternalDataTests : IDisposable
{
    static readonly byte[] Data = MemoryMarshal.AsBytes<float>([1, 2, 3, 4]).ToArray();

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_tensor_is_read_from_its_place_in_the_file()
    {
        _folder.Write("weights/w.bin", Data);

        Elements(Protos.External("w", 1, "weights/w.bin", offset: 4, length: 8, dimensions: 2)).ShouldBe([2, 3]);
        Elements(Protos.External("w", 1, "./weights/w.bin", dimensions: 4)).ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public void A_model_is_found_with_its_data_by_path()
    {
        _folder.Write("w.bin", Data);
        var path = _folder.Write("model.onnx", Using(Protos.External("w", 1, "w.bin", dimensions: 4)).ToByteArray());

        OnnxReader.Read(path).Graph.Constants[0].Constant!.Floats.ToArray().ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public void Elements_of_four_bits_are_unpacked()
    {
        _folder.Write("w.bin", [0x21, 0xf3]);

        Using(Protos.External("w", 22, "w.bin", dimensions: 4)).Read(_folder.Path).Graph.Constants[0].Constant!.AsSpan<sbyte>().ToArray()
            .ShouldBe([1, 2, 3, -1]);
    }

    [Fact]
    public void Tensors_that_share_their_place_share_their_memory()
    {
        _folder.Write("w.bin", Data);
        var model = Using(Protos.External("w", 1, "w.bin", dimensions: 4));
        for (var i = 0; i < 100; i++) model.Graph.Initializer.Add(Protos.External($"w{i}", 1, "w.bin", dimensions: [2, 2]));

        var constants = model.Read(_folder.Path).Graph.Constants;

        constants[1].Constant!.Shape.ShouldBe([2, 2]);
        constants[1].Constant!.Floats[0] = 9;
        constants.Select(constant => constant.Constant!.Floats[0]).ShouldAllBe(first => first == 9);
    }

    [Fact]
    public void A_million_overlapping_tensors_are_refused()
    {
        _folder.Write("w.bin", new byte[1000]);
        var model = Using(Protos.External("w", 2, "w.bin", dimensions: 900));
        for (var i = 0; i < 100; i++) model.Graph.Initializer.Add(Protos.External($"w{i}", 2, "w.bin", offset: i, dimensions: 900));

        model.Refused(_folder.Path).ShouldContain("is one of many that overlap in 'w.bin'");
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../secret.bin")]
    [InlineData("weights/../../secret.bin")]
    [InlineData("..\\secret.bin")]
    [InlineData("C:\\secret.bin")]
    [InlineData("\\\\server\\secret.bin")]
    [InlineData("file:secret.bin")]
    [InlineData("a\0b")]
    [InlineData("")]
    public void Nothing_outside_the_folder_is_opened(string location)
    {
        _folder.Write("inside/model.onnx", []);
        _folder.Write("secret.bin", Data);

        Using(Protos.External("w", 1, location, dimensions: 4)).Refused(_folder.PathOf("inside"))
            .ShouldContain("points outside the model's folder");
    }

    [Fact]
    public void Links_are_not_followed()
    {
        _folder.Write("secret/s.bin", Data);
        _folder.Write("inside/own.bin", Data);
        File.CreateSymbolicLink(_folder.PathOf("inside/file-link"), _folder.PathOf("secret/s.bin"));
        Directory.CreateSymbolicLink(_folder.PathOf("inside/folder-link"), _folder.PathOf("secret"));

        Using(Protos.External("w", 1, "file-link", dimensions: 4)).Refused(_folder.PathOf("inside")).ShouldContain("'file-link' is a link");
        Using(Protos.External("w", 1, "folder-link/s.bin", dimensions: 4)).Refused(_folder.PathOf("inside"))
            .ShouldContain("'folder-link' is a link");
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Using(Protos.External("w", 1, "w.bin", dimensions: 4)).Refused(_folder.Path)
        .ShouldContain("initializer 'w': keeps its elements in 'w.bin', which is not there");

    [Fact]
    public void An_empty_file_and_a_folder_are_refused()
    {
        _folder.Write("w.bin", []);
        _folder.Write("folder/x", []);

        Using(Protos.External("w", 1, "w.bin", dimensions: 4)).Refused(_folder.Path).ShouldContain("is empty");
        Using(Protos.External("w", 1, "folder", dimensions: 4)).Refused(_folder.Path).ShouldContain("is not there");
    }

    [Theory]
    [InlineData(0L, 16L, 4, null)]
    [InlineData(16L, 4L, 1, "claims bytes 16 to 20 of 'w.bin', which has 16")]
    [InlineData(long.MaxValue, 16L, 4, "claims bytes 9223372036854775807 to 9223372036854775823")]
    [InlineData(0L, 12L, 4, "claims 12 bytes of 'w.bin', but its type and shape take 16")]
    [InlineData(null, null, 1 << 28, "claims bytes 0 to 1073741824")]
    public void Places_outside_the_file_are_refused_before_memory_is_taken(long? offset, long? length, long extent, string? because)
    {
        _folder.Write("w.bin", Data);
        var model = Using(Protos.External("w", 1, "w.bin", offset, length, dimensions: extent));

        if (because is null) model.Read(_folder.Path);
        else model.Refused(_folder.Path).ShouldContain(because);
    }

    [Theory]
    [InlineData("offset", "-4")]
    [InlineData("offset", "four")]
    [InlineData("length", "99999999999999999999")]
    public void Places_that_are_no_numbers_are_refused(string key, string text)
    {
        _folder.Write("w.bin", Data);
        var tensor = Protos.External("w", 1, "w.bin", dimensions: 4);
        tensor.ExternalData.Add(FullModel.Pair(key, text));

        Using(tensor).Refused(_folder.Path).ShouldContain($"{key} '{text}', which is no number of bytes");
    }

    [Fact]
    public void A_checksum_tells_a_changed_file()
    {
        _folder.Write("w.bin", Data);
        const string Right = "C26DF9440DF999AE7D765499ACD5CA855709702F";

        Elements(Protos.External("w", 1, "w.bin", checksum: Right, dimensions: 4)).ShouldBe([1, 2, 3, 4]);
        Using(Protos.External("w", 1, "w.bin", checksum: new string('0', 40), dimensions: 4)).Refused(_folder.Path)
            .ShouldContain("the file was changed");
    }

    [Fact]
    public void A_model_without_a_folder_has_no_data_files() =>
        Using(Protos.External("w", 1, "w.bin", dimensions: 4)).Refused().ShouldContain("does not come from a folder");

    [Fact]
    public void A_tensor_without_a_location_is_refused() =>
        Using(new TensorProto { Name = "w", DataType = 1, DataLocation = TensorProto.Types.DataLocation.External }).Refused(_folder.Path)
        .ShouldContain("does not say in which");

    [Fact]
    public void All_tensors_without_data_are_named_at_once()
    {
        var model = Using(Protos.External("w", 1, "w.bin", dimensions: 4));
        model.Graph.Initializer.Add(Protos.External("v", 1, "../v.bin", dimensions: 4));

        var message = model.Refused(_folder.Path);

        message.ShouldContain("2 problem(s)");
        message.ShouldContain("'w'");
        message.ShouldContain("'v'");
    }

    float[] Elements(TensorProto tensor) => Using(tensor).Read(_folder.Path).Graph.Constants[0].Constant!.Floats.ToArray();

    static ModelProto Using(TensorProto tensor)
    {
        var model = Protos.Model(Protos.Graph(["x"], ["y"], Protos.Node("Add", ["x", "w"], ["y"])));
        model.Graph.Initializer.Add(tensor);
        return model;
    }
}
