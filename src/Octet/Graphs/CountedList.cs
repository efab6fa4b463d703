using System.Collections;

namespace Octet.Graphs;

/// <summary>
/// Things in the order in which they were added, each as often as it was. Adding, removing and counting take the same time however many
/// there are: a file may let a hundred thousand nodes read one value.
/// </summary>
sealed class CountedList<T> : IReadOnlyList<T> where T : class
{
    /// <summary>Up to here looking through the list is cheaper than knowing the places.</summary>
    const int MaxWithoutPlaces = 16;

    /// <summary>Null where something was removed.</summary>
    readonly List<T?> _items = [];

    /// <summary>Where each thing stands, once there are many.</summary>
    Dictionary<T, List<int>>? _places;

    public int Count { get; private set; }

    public T this[int index]
    {
        get
        {
            if (Count < _items.Count) Compact();
            return _items[index]!;
        }
    }

    public void Add(T item)
    {
        if (_places is null && _items.Count >= MaxWithoutPlaces) Compact(keepsPlaces: true);
        if (_places is not null) PlacesOf(item).Add(_items.Count);
        _items.Add(item);
        Count++;
    }

    /// <summary>Whether it was there; one of several equal ones is taken out.</summary>
    public bool Remove(T item)
    {
        if (_places is null)
        {
            if (!_items.Remove(item)) return false;
            Count--;
            return true;
        }
        if (!_places.TryGetValue(item, out var places)) return false;
        _items[places[^1]] = null;
        places.RemoveAt(places.Count - 1);
        if (places.Count == 0) _places.Remove(item);
        Count--;
        if (Count < _items.Count / 2) Compact();
        return true;
    }

    public void Clear()
    {
        _items.Clear();
        _places = null;
        Count = 0;
    }

    public IEnumerator<T> GetEnumerator()
    {
        // A long list may close its gaps during an enumeration.
        foreach (var item in _places is null ? (IEnumerable<T?>)_items : [.. _items])
        {
            if (item is not null) yield return item;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Closes the gaps.</summary>
    void Compact(bool keepsPlaces = false)
    {
        _items.RemoveAll(item => item is null);
        _places = keepsPlaces || _items.Count > MaxWithoutPlaces ? new(ReferenceEqualityComparer.Instance) : null;
        if (_places is null) return;
        foreach (var (place, item) in _items.Index()) PlacesOf(item!).Add(place);
    }

    List<int> PlacesOf(T item)
    {
        if (!_places!.TryGetValue(item, out var places)) _places[item] = places = [];
        return places;
    }
}
