using Microsoft.AspNetCore.Builder;

namespace Millrace.Gateway.Operations;

/// <summary>How a route says what is true of it. The limits of open calls and the documents go by it.</summary>
internal static class OperationMetadata
{
    /// <summary>Its calls wait, stream, or carry much.</summary>
    public static TBuilder Lasts<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new Lasting(null));

    /// <summary>Its calls last where this parameter of the query is given.</summary>
    public static TBuilder LastsWith<TBuilder>(this TBuilder route, string parameter) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new Lasting(parameter));

    /// <summary>A JSON body, as a caller would write it.</summary>
    public static TBuilder WithExample<TBuilder>(this TBuilder route, string json) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new BodyExample("application/json", json));

    /// <summary>A header that the operation reads.</summary>
    public static TBuilder WithHeader<TBuilder>(this TBuilder route, string name, string description) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new HeaderFact(name, description));

    /// <summary>What a parameter of the route, or of all routes of the group, means.</summary>
    public static TBuilder WithParameter<TBuilder>(this TBuilder route, string name, string description) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new ParameterFact(name, description));
}
