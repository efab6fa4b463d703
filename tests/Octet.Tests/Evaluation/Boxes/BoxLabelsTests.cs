using Octet.Data;
using Octet.Evaluation.Boxes;
using Octet.Tests.Data;

namespace Octet.Tests.Evaluation.Boxes;

public sealed class BoxLabelsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Yolo_files_give_parts_of_the_picture()
    {
        _folder.Write("labels/b.txt", "3 0.5 0.5 0.2 0.5\n\n0 0.25 0.25 0.5 0.5\n"u8.ToArray());

        var labels = BoxLabels.Read(_folder.PathOf("labels"), MadeSamples.Named("a.jpg", "sub/b.jpg"));

        labels.Of(0, new(100, 200)).ShouldBeEmpty();
        var boxes = labels.Of(1, new(100, 200));
        boxes.Select(box => box.Class).ShouldBe([3, 0]);
        boxes[0].Box.Left.ShouldBe(80, 1e-3f);
        boxes[0].Box.Bottom.ShouldBe(75, 1e-3f);
        boxes[1].Box.ShouldBe(new Box(0, 0, 100, 50));
    }

    [Fact]
    public void Coco_numbers_its_classes_with_gaps()
    {
        Write("""
            {"info": {}, "images": [{"id": 7, "file_name": "a.jpg", "width": 20, "height": 10}, {"id": 9, "file_name": "b.jpg"}],
             "categories": [{"id": 90, "name": "z"}, {"id": 1, "name": "person"}],
             "annotations": [{"id": 1, "image_id": 9, "category_id": 90, "bbox": [1, 2, 3, 4], "iscrowd": 1, "area": 12}, {"id": 2, "image_id": 9, "category_id": 1, "bbox": [0, 0, 1.5, 1]}]}
            """);

        var labels = BoxLabels.Read(_folder.PathOf("coco.json"), MadeSamples.Named("x/b.jpg", "a.jpg"));

        labels.Of(0, new(10, 20)).ShouldBe([new(new(1, 2, 4, 6), 1, IsCrowd: true), new(new(0, 0, 1.5f, 1), 0)]);
        labels.Of(1, new(10, 20)).ShouldBeEmpty();
    }

    [Fact]
    public void All_that_is_wrong_is_listed()
    {
        _folder.Write("labels/a.txt", "0 0.5 0.5 2 0.5\n0 0.5\nx 0 0 0 0\n0 0.1 0.1 0.1 NaN\n"u8.ToArray());
        var message = Refused("labels", "a.jpg");
        foreach (var line in (int[])[1, 2, 3, 4]) message.ShouldContain($"a.txt, line {line}: ");

        Refused("labels", "other.jpg").ShouldContain("'other.txt'");
        Refused("nowhere", "a.jpg").ShouldContain("no folder");

        Write("{}");
        Refused("coco.json", "a.jpg").ShouldContain("cannot be read");
        foreach (var nothing in (string[])["null", """{"images": [null], "categories": [], "annotations": []}""",
            """{"images": null, "categories": [], "annotations": []}"""])
        {
            Write(nothing);
            Refused("coco.json", "a.jpg").ShouldContain("cannot be read");
        }
        Write("""{"images": [], "categories": [], "annotations": [{"id": 5, "image_id": 1, "category_id": 2, "bbox": [1]}]}""");
        Refused("coco.json", "a.jpg").ShouldContain("annotation 5");
        Refused("coco.json", "a.jpg").ShouldContain("'a.jpg'");
    }

    [Fact]
    public void Coco_matches_pictures_by_path()
    {
        Write("""
            {"images": [{"id": 1, "file_name": "train/a.jpg"}, {"id": 2, "file_name": "val/a.jpg"}, {"id": 3, "file_name": "b.jpg"}, {"id": 4, "file_name": "images/c.jpg"}],
             "categories": [{"id": 1}], "annotations": [{"id": 5, "image_id": 2, "category_id": 1, "bbox": [1, 2, 3, 4]}]}
            """);

        var labels = BoxLabels.Read(_folder.PathOf("coco.json"), MadeSamples.Named("train/a.jpg", "val/a.jpg", "sub/b.jpg", "c.jpg"));

        Enumerable.Range(0, 4).Select(index => labels.Of(index, new(10, 20)).Count).ShouldBe([0, 1, 0, 0]);
        Refused("coco.json", "a.jpg").ShouldContain("the picture 'a.jpg' may be 'train/a.jpg' or 'val/a.jpg'");
        Refused("coco.json", "test/a.jpg")
            .ShouldContain("does not list the picture 'test/a.jpg', but one of that name in another folder, 'train/a.jpg'");
        Refused("coco.json", "xb.jpg").ShouldContain("does not list the picture 'xb.jpg'");
    }

    void Write(string json) => File.WriteAllText(_folder.PathOf("coco.json"), json);

    string Refused(string path, params string[] names) =>
        Should.Throw<SampleException>(() => BoxLabels.Read(_folder.PathOf(path), MadeSamples.Named(names))).Message;
}
