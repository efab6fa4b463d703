namespace Octet.Cluster;

/// <summary>Processes cannot work together as they were started.</summary>
public sealed class ClusterException(string message) : OctetException(message);
