namespace Millrace.Engine.Guards;

/// <summary>What a guard holds for one provider call.</summary>
public interface ICallLease
{
    /// <summary>Called once, when the call has ended or is not made after all, whatever the reason.</summary>
    ValueTask ReleaseAsync(CallEnd end);
}
