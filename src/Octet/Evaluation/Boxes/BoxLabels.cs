using System.Globalization;
using System.Text.Json;
using Octet.Data;

namespace Octet.Evaluation.Boxes;

/// <summary>The boxes that are there, for each picture of some samples.</summary>
/// <param name="isRelative">Whether boxes are in parts of the picture (0..1) rather than in pixels.</param>
/// <param name="boxes">For each sample.</param>
sealed class BoxLabels(bool isRelative, IReadOnlyList<IReadOnlyList<TrueBox>> boxes)
{
    const long MaxBytes = 1L << 30;

    /// <summary>The boxes of one sample in pixels of its picture.</summary>
    public IReadOnlyList<TrueBox> Of(int index, ImageSize picture)
    {
        if (!isRelative) return boxes[index];
        return [.. boxes[index]
            .Select(box =>
                box with { Box =
                    new(box.Box.Left * picture.Width, box.Box.Top * picture.Height, box.Box.Right * picture.Width,
                        box.Box.Bottom * picture.Height) })];
    }

    /// <param name="path">A folder with a text file for each picture (YOLO: <c>class x y width height</c>, centre and size in parts of the
    /// picture), or a JSON file in COCO's form.</param>
    /// <param name="samples">The pictures.</param>
    /// <exception cref="SampleException">The labels cannot be read, or are of other pictures; the message lists what is wrong.</exception>
    public static BoxLabels Read(string path, ISampleSource samples) =>
        File.Exists(path) ? ReadCoco(path, samples) : ReadYolo(path, samples);

    /// <summary>A picture without a file has no boxes, as YOLO's tools have it.</summary>
    static BoxLabels ReadYolo(string folder, ISampleSource samples)
    {
        var problems = new List<string>();
        var boxes = LabelFolder.Find(folder, ".txt", samples)
            .Select(file => file is null ? (IReadOnlyList<TrueBox>)[] : ReadLines(file, problems)).ToArray();
        return problems.Count == 0
            ? new(isRelative: true, boxes)
            : throw SampleException.Of($"The labels in '{folder}' have {problems.Count} problem(s):", problems);
    }

    static List<TrueBox> ReadLines(string file, List<string> problems)
    {
        var boxes = new List<TrueBox>();
        foreach (var (number, line) in LinesOf(file, problems).Index())
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length == 0) continue;
            var values = new float[4];
            var category = 0;
            var isRead = words.Length >= 5 && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out category);
            for (var i = 0; i < 4 && isRead; i++)
                isRead = float.TryParse(words[i + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i])
                    && values[i] is >= 0 and <= 1;
            if (isRead) boxes.Add(new(Box.OfCenter(values[0], values[1], values[2], values[3]), category));
            else problems.Add($"{Path.GetFileName(file)}, line {number + 1}: '{(line.Length > 60 ? line[..60] + "…" : line)}' is not a "
                + "class and four numbers between 0 and 1");
        }
        return boxes;
    }

    static string[] LinesOf(string file, List<string> problems)
    {
        try
        {
            return [.. TextFile.ReadLines(file)];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{Path.GetFileName(file)} cannot be read: {problem.Message}");
            return [];
        }
    }

    static BoxLabels ReadCoco(string path, ISampleSource samples)
    {
        try
        {
            if (FileType.IsSpecial(path)) throw new IOException($"it {FileType.Special}");
            if (new FileInfo(path).Length > MaxBytes) throw new SampleException($"The labels '{path}' have more than {MaxBytes} bytes.");
            using var stream = File.OpenRead(path);
            var coco = JsonSerializer.Deserialize(stream, CocoJson.Default.CocoFile);
            if (coco is null || coco.Images.Contains(null) || coco.Categories.Contains(null) || coco.Annotations.Contains(null))
                throw new JsonException("something that has to be there is null.");
            return OfCoco(path, coco, samples);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException
            or NotSupportedException)
        {
            var reason = problem is JsonException json ? JsonProblem.Describe(json) : problem.Message.TrimEnd('.');
            throw new SampleException($"The labels '{path}' cannot be read: {reason}. They are COCO's JSON, or a folder with YOLO's "
                + "text files.", problem);
        }
    }

    static BoxLabels OfCoco(string path, CocoFile coco, ISampleSource samples)
    {
        // COCO numbers its classes with gaps; a model's classes are their order.
        var classOf = coco.Categories.Select(category => category.Id).Distinct().Order().Index()
            .ToDictionary(entry => entry.Item, entry => entry.Index);
        var images = new CocoImageNames(coco.Images);
        var boxesOf = coco.Annotations.ToLookup(annotation => annotation.ImageId);

        var problems = coco.Annotations.Where(annotation => annotation.Bbox.Count != 4 || !classOf.ContainsKey(annotation.CategoryId))
            .Select(annotation =>
                $"annotation {annotation.Id}: class {annotation.CategoryId} is not listed, or its box has not four numbers").ToList();
        var idOf = Enumerable.Range(0, samples.Count).Select(index => images.IdOf(samples.NameOf(index), problems)).ToArray();
        if (problems.Count > 0) throw SampleException.Of($"The labels '{path}' have {problems.Count} problem(s):", problems);

        return new(isRelative: false, [.. Enumerable.Range(0, samples.Count).Select(index => boxesOf[idOf[index]]
            .Select(annotation => new TrueBox(
                new(annotation.Bbox[0], annotation.Bbox[1], annotation.Bbox[0] + annotation.Bbox[2],
                    annotation.Bbox[1] + annotation.Bbox[3]),
                classOf[annotation.CategoryId], annotation.IsCrowd != 0)).ToArray())]);
    }
}
