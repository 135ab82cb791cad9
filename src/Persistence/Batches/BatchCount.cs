using Millrace.Persistence.Model;

namespace Millrace.Persistence.Batches;

/// <summary>What a count of a batch has found.</summary>
/// <param name="Batch">As it stands now.</param>
/// <param name="IsNews">Its progress is to be told.</param>
/// <param name="MayHaveMore">More lines have ended than one count takes.</param>
public sealed record BatchCount(Batch Batch, bool IsNews, bool MayHaveMore);
