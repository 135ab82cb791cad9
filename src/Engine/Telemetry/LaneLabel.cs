namespace Millrace.Engine.Telemetry;

/// <summary>A lane as metrics and spans name it. Both parts are configured, so there are few of them.</summary>
/// <param name="Provider">The provider's name in this fleet's settings.</param>
/// <param name="Class"><c>interactive</c> or <c>bulk</c>.</param>
public readonly record struct LaneLabel(string Provider, string Class)
{
    /// <summary>From a lane's name, <c>provider.class</c>; empty for the generation that never had one.</summary>
    public static LaneLabel Of(string lane) => lane.LastIndexOf('.') is > 0 and var dot ? new(lane[..dot], lane[(dot + 1)..]) : new("", "");

    public KeyValuePair<string, object?>[] Tags() => [new(Names.Attributes.Provider, Provider), new(Names.Attributes.Class, Class)];
}
