using Octet.Graphs;

namespace Octet.Benchmarks.Networks;

/// <summary>A detector with the layers of YOLOv5s (version 6) for pictures of 640 × 640 and 80 classes. Its first window has 7 × 7 taps
/// instead of 6 × 6, and boxes are not decoded.</summary>
static class YoloV5
{
    const int Anchors = 3;

    const int Predictions = 5 + 80;

    public static void Write(string path)
    {
        var net = new NetworkBuilder("yolov5s", size: 640);
        Value Conv(Value x, int outputs, int kernel, int stride = 1) => net.Swish(net.Conv(x, outputs, kernel, stride));

        var x = Stage(Conv(Conv(net.Picture, 32, kernel: 7, stride: 2), 64, kernel: 3, stride: 2), 64, blocks: 1, hasShortcuts: true);
        var eighth = x = Stage(Conv(x, 128, kernel: 3, stride: 2), 128, blocks: 2, hasShortcuts: true);
        var sixteenth = x = Stage(Conv(x, 256, kernel: 3, stride: 2), 256, blocks: 3, hasShortcuts: true);
        x = Pyramid(Stage(Conv(x, 512, kernel: 3, stride: 2), 512, blocks: 1, hasShortcuts: true));

        var top = Conv(x, 256, kernel: 1);
        var middle = Conv(Stage(net.Concat(net.Enlarge(top), sixteenth), 256, blocks: 1, hasShortcuts: false), 128, kernel: 1);
        var fine = Stage(net.Concat(net.Enlarge(middle), eighth), 128, blocks: 1, hasShortcuts: false);
        var medium = Stage(net.Concat(Conv(fine, 128, kernel: 3, stride: 2), middle), 256, blocks: 1, hasShortcuts: false);
        var coarse = Stage(net.Concat(Conv(medium, 256, kernel: 3, stride: 2), top), 512, blocks: 1, hasShortcuts: false);
        net.Write(net.Add("Concat", [Detect(fine, 80), Detect(medium, 40), Detect(coarse, 20)], new() { ["axis"] = 1L }), path);

        // Half of the channels pass through the blocks, and half pass by them.
        Value Stage(Value image, int outputs, int blocks, bool hasShortcuts)
        {
            var (through, by) = (Conv(image, outputs / 2, kernel: 1), Conv(image, outputs / 2, kernel: 1));
            for (var block = 0; block < blocks; block++)
            {
                var y = Conv(Conv(through, outputs / 2, kernel: 1), outputs / 2, kernel: 3);
                through = hasShortcuts ? net.Like("Add", through, y) : y;
            }
            return Conv(net.Concat(through, by), outputs, kernel: 1);
        }

        Value Pyramid(Value image)
        {
            var first = Conv(image, 256, kernel: 1);
            var second = net.MaxPool(first, kernel: 5, stride: 1);
            var third = net.MaxPool(second, kernel: 5, stride: 1);
            return Conv(net.Concat(first, second, third, net.MaxPool(third, kernel: 5, stride: 1)), 512, kernel: 1);
        }

        Value Detect(Value image, int size)
        {
            var cells = net.Reshape(net.Conv(image, Anchors * Predictions, kernel: 1), 1, Anchors, Predictions, size, size);
            return net.Reshape(net.Add("Sigmoid", [net.Transpose(cells, 0, 1, 3, 4, 2)]), 1, Anchors * size * size, Predictions);
        }
    }
}
