namespace Millrace.Gateway.Streams;

/// <summary>One server-sent event.</summary>
/// <param name="Data">What it says; each line of it becomes a line of its own.</param>
/// <param name="Kind">Its <c>event</c>; absent: a plain message.</param>
/// <param name="Id">Its <c>id</c>, which a reader that comes back names in <c>Last-Event-ID</c>.</param>
internal readonly record struct ServerEvent(string Data, string? Kind = null, string? Id = null);
