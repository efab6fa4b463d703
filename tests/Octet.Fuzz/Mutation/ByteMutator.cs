namespace Octet.Fuzz.Mutation;

/// <summary>Changes of a file whose structure is not looked at.</summary>
static class ByteMutator
{
    /// <summary>Cuts the file, changes some bytes, doubles or drops a stretch: early places more often, for the structure lies
    /// there.</summary>
    public static byte[] Mutate(byte[] original, Random random)
    {
        if (original.Length == 0) return [(byte)random.Next(256)];
        var bytes = original.ToList();
        int Place() => (int)(bytes.Count * Math.Pow(random.NextDouble(), random.Next(1, 4)));
        switch (random.Next(7))
        {
            case 0: return original[..Place()];
            case 1:
                var start = Place();
                bytes.RemoveRange(start, Math.Min(random.Next(1, 40), bytes.Count - start));
                break;
            case 2: bytes.InsertRange(Place(), bytes.Take(random.Next(1, 40)).ToArray()); break;
            default:
                for (var changes = random.Next(1, 5); changes > 0; changes--)
                    bytes[Place()] = (byte)(random.Next(3) == 0 ? 0xff : random.Next(256));
                break;
        }
        return [.. bytes];
    }
}
