using Millrace.Providers.Kinds;
using Millrace.Providers.Options;

namespace Millrace.Providers.Registry;

/// <summary>A provider as its settings say, with all that they leave out filled in.</summary>
public sealed record ConfiguredProvider(ProviderKind Kind, ProviderOptions Options);
